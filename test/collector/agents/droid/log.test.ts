import { DROID_LOGS } from '../../../../collector/agents/droid/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

describeLog({
  format: DROID_LOGS[0],
  fixture: 'droid/session',
  path: '-home-ana-src-shop/0b6c1f52.jsonl',
  others: ['x/notes.txt'],
});
