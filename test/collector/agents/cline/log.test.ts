import { CLINE_LOGS } from '../../../../collector/agents/cline/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

const [messages, screen, session] = CLINE_LOGS;
const others = ['1771927200000/task_metadata.json', '1771927200000/checkpoints/ui_messages.json'];

describeLog({
  format: messages,
  fixture: 'cline/messages',
  path: '1771927200000/api_conversation_history.json',
  others,
});
describeLog({ format: screen, fixture: 'cline/screen', path: '1771927200000/ui_messages.json', others });
describeLog({
  format: session,
  fixture: 'cline/session',
  path: '1785751200000_ab12c/1785751200000_ab12c.messages.json',
  others: ['1785751200000_ab12c/1785751200000_ab12c.json'],
});
