import { describe, expect, it } from 'vitest';
import { GPTME_LOGS } from '../../../../collector/agents/gptme/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { onlyJsonl, readLog } from '../../../support/read-log.ts';

const PATH = '2026-06-13-write-hello/conversation.jsonl';

describeLog({
  format: GPTME_LOGS[0],
  fixture: 'gptme/conversation',
  path: PATH,
  others: ['2026-06-13-write-hello/branches/b.jsonl', 'conversation.jsonl', 'x/config.toml'],
  named: 'by-place',
});

describe('gptme', () => {
  it('joins a result to its call whatever the conversation is called', () => {
    const lines = [
      { role: 'assistant', content: '```shell\nls\n```', timestamp: '2026-06-13T10:00:00' },
      { role: 'system', content: 'Ran command: `ls`', timestamp: '2026-06-13T10:00:01' },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join('\n');
    const { events } = readLog(onlyJsonl(GPTME_LOGS), text, 'task-12/conversation.jsonl');
    const ids = events.flatMap((event) =>
      event.kind === 'tool.call' ? event.tool.callId : event.kind === 'tool.result' ? event.callId : [],
    );
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('reads an answer full of fences and half calls in linear time', () => {
    const line = (content: string): string =>
      JSON.stringify({ role: 'assistant', content, timestamp: '2026-06-13T10:00:00' });
    const hostile = [
      '```shell\n'.repeat(100_000),
      '@shell(call-0123456789): {'.repeat(20_000),
      `@shell(call-0123456789): {${'"a":{'.repeat(20_000)}`,
      '@shell(call-0123456789): {\n'.repeat(20_000),
      '}\n'.repeat(100_000),
    ];
    const before = process.threadCpuUsage();
    for (const content of hostile) readLog(onlyJsonl(GPTME_LOGS), line(content), PATH);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });
});
