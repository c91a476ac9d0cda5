import { CONTINUE_LOGS } from '../../../../collector/agents/continue/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

describeLog({
  format: CONTINUE_LOGS[0],
  fixture: 'continue/session',
  path: '2dbfd673-0000-4000-8000-000000000001.json',
  others: ['sessions.json'],
});
