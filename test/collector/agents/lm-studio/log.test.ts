import { expect, it } from 'vitest';
import { LM_STUDIO_LOGS } from '../../../../collector/agents/lm-studio/log.ts';
import { describeDocuments } from '../../../support/documents-suite.ts';
import { eventsOf } from '../../../support/read-log.ts';

describeDocuments({
  formats: LM_STUDIO_LOGS,
  fixture: 'lm-studio/conversation',
  others: ['1790000000000.conversation.json.tmp', 'conversation-config.json', 'work/x.json'],
});

it('tells two calls of LM Studio apart that bear the same number in two answers', () => {
  const [format] = LM_STUDIO_LOGS;
  if (format?.container !== 'document') throw new Error('no document');
  const answer = (at: number): unknown => ({
    versions: [
      {
        role: 'assistant',
        steps: [
          {
            type: 'contentBlock',
            stepIdentifier: `${String(at)}-0.5`,
            content: [{ type: 'toolCallRequest', callId: 0, name: 'list', pluginIdentifier: 'mcp/files' }],
          },
        ],
      },
    ],
    currentlySelected: 0,
  });
  const text = JSON.stringify({ messages: [answer(1_790_000_001_000), answer(1_790_000_002_000)] });
  const relativePath = '1790000000000.conversation.json';
  const file = {
    agentId: 'lm-studio',
    formatId: format.id,
    root: '/c',
    path: `/c/${relativePath}`,
    relativePath,
  };
  const calls = eventsOf([format.parseDocument(text, file, {})]).filter(({ kind }) => kind === 'tool.call');
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
});
