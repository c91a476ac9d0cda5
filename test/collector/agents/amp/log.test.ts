import { AMP_LOGS } from '../../../../collector/agents/amp/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

describeLog({
  format: AMP_LOGS[0],
  fixture: 'amp/thread',
  path: 'T-019ca1f6-0000-7000-8000-000000000001.json',
  others: ['session.json', 'x/T-019ca1f6.json'],
});
