import { JAN_LOGS } from '../../../../collector/agents/jan/log.ts';
import { describeDocuments } from '../../../support/documents-suite.ts';
import { describeLog } from '../../../support/log-suite.ts';

const [messages, thread] = JAN_LOGS;

describeLog({
  format: messages,
  fixture: 'jan/messages',
  path: 'th1/messages.jsonl',
  others: ['th1/thread.json', 'messages.jsonl', 'th1/files/messages.jsonl'],
});
describeDocuments({
  formats: [thread],
  fixture: 'jan/thread',
  others: ['th1/messages.jsonl', 'thread.json'],
});
