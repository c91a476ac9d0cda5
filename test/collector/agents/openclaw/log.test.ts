import { OPENCLAW_LOGS } from '../../../../collector/agents/openclaw/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

describeLog({
  format: OPENCLAW_LOGS[0],
  fixture: 'openclaw/session',
  path: 'main/sessions/7d1c0000-0000-4000-8000-00000000000a.jsonl',
  others: ['main/sessions/sessions.json', 'main/agent/auth.json'],
});
