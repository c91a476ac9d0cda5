import { AUGMENT_LOGS } from '../../../../collector/agents/augment/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

describeLog({
  format: AUGMENT_LOGS[0],
  fixture: 'augment/session',
  path: 'aa000000-0000-4000-8000-000000000001.json',
  others: ['aa000000-0000-4000-8000-000000000001.json.tmp', 'aa.bak'],
});
