import { ANTIGRAVITY_LOGS } from '../../../../collector/agents/antigravity/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

const CONVERSATION = '3acfee06-0000-4000-8000-0000000000aa';

describeLog({
  format: ANTIGRAVITY_LOGS[0],
  fixture: 'antigravity/transcript',
  path: `${CONVERSATION}/.system_generated/logs/transcript.jsonl`,
  others: [`${CONVERSATION}/task.md`, `${CONVERSATION}/.system_generated/logs/transcript_full.jsonl`],
});
