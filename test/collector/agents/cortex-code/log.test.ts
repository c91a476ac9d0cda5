import { CORTEX_CODE_LOGS } from '../../../../collector/agents/cortex-code/log.ts';
import { describeDocuments } from '../../../support/documents-suite.ts';
import { describeLog } from '../../../support/log-suite.ts';

const [conversation, history] = CORTEX_CODE_LOGS;
const ID = '1f000000-0000-4000-8000-000000000001';

describeDocuments({
  formats: [conversation],
  fixture: 'cortex-code/conversation',
  others: [`${ID}.back.1788256800.json`, `${ID}.history.jsonl`, 'index.json'],
});
describeLog({
  format: history,
  fixture: 'cortex-code/history',
  path: `${ID}.history.jsonl`,
  others: [`${ID}.json`, 'notes.history.jsonl'],
});
