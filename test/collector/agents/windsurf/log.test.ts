import { WINDSURF_LOGS } from '../../../../collector/agents/windsurf/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

describeLog({
  format: WINDSURF_LOGS[0],
  fixture: 'windsurf/transcript',
  path: 'tr-1.jsonl',
  others: ['tr-1.pb', 'tr-1.jsonl.tmp'],
  named: 'by-place',
});
