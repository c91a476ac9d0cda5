import { KILO_CODE_LOGS } from '../../../../collector/agents/kilo-code/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

const [database, messages, screen] = KILO_CODE_LOGS;
const ID = '019aaaaa-0000-7000-8000-000000000003';
const others = [`${ID}/task_metadata.json`, '_index.json'];

describeStore(database, 'kilo-code/database', 'kilo.db');
describeLog({
  format: messages,
  fixture: 'kilo-code/messages',
  path: `${ID}/api_conversation_history.json`,
  others,
});
describeLog({ format: screen, fixture: 'kilo-code/screen', path: `${ID}/ui_messages.json`, others });
