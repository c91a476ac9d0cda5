import { expect, it } from 'vitest';
import { CODEBUFF_LOGS } from '../../../../collector/agents/codebuff/log.ts';
import { describeDocuments } from '../../../support/documents-suite.ts';
import { eventsOf } from '../../../support/read-log.ts';

describeDocuments({
  formats: CODEBUFF_LOGS,
  fixture: 'codebuff/chat',
  others: [
    'shop/chats/2026-07-16T00-09-00.236Z/chat-meta.json',
    'shop/chats/2026-07-16T00-09-00.236Z/log.jsonl',
    'shop/chat-messages.json',
  ],
});

it('follows agents of Codebuff that ask agents to a bounded depth', () => {
  const [chat] = CODEBUFF_LOGS;
  if (chat?.container !== 'document') throw new Error('no document');
  let blocks: readonly unknown[] = [];
  for (let depth = 0; depth < 500; depth++)
    blocks = [{ type: 'agent', agentId: `agent-aaaa-${String(depth)}x`, agentType: 'editor', blocks }];
  const relativePath = 'shop/chats/2026-07-16T00-09-00.236Z/chat-messages.json';
  const file = {
    agentId: 'codebuff',
    formatId: chat.id,
    root: '/c',
    path: `/c/${relativePath}`,
    relativePath,
  };
  const outcome = chat.parseDocument(JSON.stringify([{ id: 'ai-1', variant: 'ai', blocks }]), file, {});
  expect(eventsOf([outcome]).length).toBeLessThan(12);
});
