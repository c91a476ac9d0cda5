import { expect, it } from 'vitest';
import { ROO_CODE_LOGS } from '../../../../collector/agents/roo-code/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { readFixture } from '../../../support/read-log.ts';

const [task, messages, screen] = ROO_CODE_LOGS;
const ID = '019aaaaa-0000-7000-8000-000000000002';
const others = [`${ID}/task_metadata.json`, '_index.json'];

describeLog({
  format: messages,
  fixture: 'roo-code/messages',
  path: `${ID}/api_conversation_history.json`,
  others,
});
describeLog({ format: screen, fixture: 'roo-code/screen', path: `${ID}/ui_messages.json`, others });

it('reads the folder and the parent of a task from its history item', () => {
  if (task?.container !== 'document') throw new Error('no document');
  const relativePath = `${ID}/history_item.json`;
  const file = {
    agentId: 'roo-code',
    formatId: task.id,
    root: '/t',
    path: `/t/${relativePath}`,
    relativePath,
  };
  expect(task.parseDocument(readFixture('roo-code/task/input.json'), file, {})).toEqual(
    JSON.parse(readFixture('roo-code/task/events.json')),
  );
  for (const text of ['', '[]', '{}', 'null', '{"id":7}']) {
    expect(task.parseDocument(text, file, {}).kind).toBe('rejected');
  }
});
