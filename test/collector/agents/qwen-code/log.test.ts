import { QWEN_CODE_LOGS } from '../../../../collector/agents/qwen-code/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

describeLog({
  format: QWEN_CODE_LOGS[0],
  fixture: 'qwen-code/chat',
  path: '-home-ana-src-shop/chats/0c7d2e63.jsonl',
  others: ['x/notes.txt'],
});
