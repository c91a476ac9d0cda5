import { IFLOW_LOGS } from '../../../../collector/agents/iflow/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

describeLog({
  format: IFLOW_LOGS[0],
  fixture: 'iflow/session',
  path: '-home-ana-src-shop/session-5de701fc.jsonl',
  others: ['-home-ana-src-shop/settings.json', '-home-ana-src-shop/agent-1.jsonl'],
});
