import { QODER_LOGS } from '../../../../collector/agents/qoder/log.ts';
import { describeDocuments } from '../../../support/documents-suite.ts';
import { describeLog } from '../../../support/log-suite.ts';

const [session, meta] = QODER_LOGS;
const ID = '5de701fc-0000-4000-8000-000000000001';

describeLog({
  format: session,
  fixture: 'qoder/session',
  path: `-home-ana-src-shop/${ID}.jsonl`,
  others: [`-home-ana-src-shop/${ID}-session.json`, '-home-ana-src-shop/agent-1.jsonl'],
});
describeDocuments({
  formats: [meta],
  fixture: 'qoder/meta',
  others: [`-home-ana-src-shop/${ID}.jsonl`, '-home-ana-src-shop/settings.json'],
});
