import { expect, it } from 'vitest';
import { VISUAL_STUDIO_LOGS } from '../../../../collector/agents/visual-studio/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { onlyJsonl, readLog } from '../../../support/read-log.ts';

const PATH = '20260901_VSGitHubCopilot_traces.jsonl';

describeLog({
  format: VISUAL_STUDIO_LOGS[0],
  fixture: 'visual-studio/traces',
  path: PATH,
  others: ['20260901_VSGitHubCopilot.log', 'sub/20260901_VSGitHubCopilot_traces.jsonl', 'traces.jsonl'],
});

it('starts a conversation of a shared trace file once, however often the file comes back to it', () => {
  const span = (conversation: string, n: number): unknown => ({
    spanId: String(n),
    name: 'chat x',
    startTimeUnixNano: '1790000000000000000',
    attributes: [{ key: 'gen_ai.conversation.id', value: { stringValue: conversation } }],
  });
  const lines = Array.from({ length: 40 }, (_, n) =>
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span(n % 2 === 0 ? 'one' : 'two', n)] }] }] }),
  );
  const { events } = readLog(onlyJsonl(VISUAL_STUDIO_LOGS), lines.join('\n'), PATH);
  expect(events.map(({ nativeSessionId }) => nativeSessionId)).toEqual(['one', 'two']);
});
