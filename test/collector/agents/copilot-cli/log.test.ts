import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COPILOT_CLI_LOGS } from '../../../../collector/agents/copilot-cli/log.ts';
import type { ParseOutcome } from '../../../../collector/agents/spec-log.ts';
import { createRandom, mutateLine } from '../../../support/mutate-json.ts';
import { eventsOf, onlyJsonl, readFixture, readLog, reviewable } from '../../../support/read-log.ts';

const ID = '469f078a-ac34-45d4-95b9-f4633fb53810';
const PATH = `${ID}/events.jsonl`;
const events = onlyJsonl(COPILOT_CLI_LOGS);
const session = readFixture('copilot-cli/session/input.jsonl');
const idsOf = (outcomes: readonly ParseOutcome[]): readonly string[] =>
  eventsOf(outcomes).map((event) => event.id);

/** Adds up tokens as the store does: the field-wise maximum per key. */
function tokensOf(outcomes: readonly ParseOutcome[]): { input: number; output: number; cacheRead: number } {
  const byKey = new Map<string, { input: number; output: number; cacheRead: number }>();
  for (const outcome of outcomes) {
    for (const { key, tokens } of outcome.kind === 'records' ? (outcome.usage ?? []) : []) {
      const old = byKey.get(key) ?? { input: 0, output: 0, cacheRead: 0 };
      byKey.set(key, {
        input: Math.max(old.input, tokens.input),
        output: Math.max(old.output, tokens.output),
        cacheRead: Math.max(old.cacheRead, tokens.cacheRead),
      });
    }
  }
  const total = { input: 0, output: 0, cacheRead: 0 };
  for (const one of byKey.values()) {
    total.input += one.input;
    total.output += one.output;
    total.cacheRead += one.cacheRead;
  }
  return total;
}

function line(type: string, data: unknown, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ type, data, id: `${type}-1`, timestamp: '2026-08-05T18:00:00.000Z', ...more });
}

const start = line('session.start', { sessionId: ID, copilotVersion: '1.0.78' });
const message = (id: string, outputTokens: number): string =>
  line('assistant.message', { messageId: id, model: 'm', outputTokens, toolRequests: [] }, { id });
const shutdown = (id: string, inputTokens: number, outputTokens: number): string =>
  line(
    'session.shutdown',
    { modelMetrics: { m: { usage: { inputTokens, outputTokens, cacheReadTokens: 0 } } } },
    { id },
  );

describe('copilot cli event logs', () => {
  it('reads every known event type as reviewed', () => {
    const reading = readLog(events, session, PATH);
    expect(reviewable(reading)).toEqual(JSON.parse(readFixture('copilot-cli/session/events.json')));
  });

  it('reports each fact once and gives equal ids when the file is read twice', () => {
    const ids = idsOf(readLog(events, session, PATH).outcomes);
    expect(new Set(ids).size).toBe(ids.length);
    expect(idsOf(readLog(events, session, PATH).outcomes)).toEqual(ids);
  });

  it('gives the ids of a shorter file first when it has grown', () => {
    const lines = session.split('\n');
    let before: readonly string[] = [];
    for (let count = 1; count <= lines.length; count += 7) {
      const ids = idsOf(readLog(events, lines.slice(0, count).join('\n'), PATH).outcomes);
      expect(ids.slice(0, before.length)).toEqual(before);
      before = ids;
    }
  });

  it('adds up messages and shutdown totals to what the shutdown says', () => {
    const text = [start, message('a', 100), message('b', 50), shutdown('s1', 1_000, 170)].join('\n');
    expect(tokensOf(readLog(events, text, PATH).outcomes)).toEqual({
      input: 1_000,
      output: 170,
      cacheRead: 0,
    });
  });

  it('takes the maximum of totals that go on over a resume', () => {
    const resumed = line('session.resume', { eventCount: 3 });
    const text = [start, message('a', 100), shutdown('s1', 1_000, 100), resumed, message('b', 50)];
    const whole = [...text, shutdown('s2', 1_400, 150)].join('\n');
    expect(tokensOf(readLog(events, whole, PATH).outcomes)).toEqual({
      input: 1_400,
      output: 150,
      cacheRead: 0,
    });
  });

  it('adds totals that start again after a resume', () => {
    const resumed = line('session.resume', { eventCount: 3 });
    const text = [start, message('a', 100), shutdown('s1', 1_000, 100), resumed, message('b', 50)];
    const runs = [...text, shutdown('s2', 400, 50)].join('\n');
    expect(tokensOf(readLog(events, runs, PATH).outcomes)).toEqual({
      input: 1_400,
      output: 150,
      cacheRead: 0,
    });
  });

  it('starts counting anew when a second session follows in the same file', () => {
    const other = line('session.start', { sessionId: 'other' });
    const reading = readLog(events, [start, message('a', 100), other, message('a', 7)].join('\n'), PATH);
    expect(reading.events.map((event) => event.nativeSessionId)).toEqual([ID, 'other']);
    expect(tokensOf(reading.outcomes).output).toBe(107);
  });

  it('puts a sub-agent known only by its instance into the session of the call that started it', () => {
    const text = [
      start,
      line('subagent.started', { toolCallId: 'call_task000000001' }, { agentId: 'inst-1' }),
      line('user.message', { content: 'look' }, { agentId: 'inst-1' }),
      line('user.message', { content: 'look' }, { agentId: 'inst-2', id: 'x' }),
    ].join('\n');
    expect(readLog(events, text, PATH).events.slice(2)).toMatchObject([
      { nativeSessionId: `${ID}/call_task000000001`, parentNativeSessionId: ID, origin: 'agent' },
      { nativeSessionId: `${ID}/inst-2`, parentNativeSessionId: ID, origin: 'agent' },
    ]);
  });

  it('skips by bytes only what the parser would ignore', () => {
    const lines = session.split('\n').filter((text) => text !== '');
    const skipped = lines.map((text) => {
      const bytes = Buffer.from(`xx${text}yy`);
      return events.skip?.(bytes, 2, bytes.length - 2);
    });
    expect(skipped.filter((type) => type !== undefined)).toEqual([
      'system.message',
      'assistant.turn_start',
      'assistant.reasoning',
      'hook.start',
      'hook.end',
      'session.usage_checkpoint',
      'assistant.turn_end',
    ]);
    const reading = readLog(events, lines.join('\n'), PATH);
    for (const [index, type] of skipped.entries()) {
      if (type !== undefined) expect(reading.outcomes[index]?.kind).toBe('ignored');
    }
    const cut = Buffer.from('{"type":"system.mess');
    expect(events.skip?.(cut, 0, cut.length)).toBeUndefined();
  });

  it('bounds copies of long texts', () => {
    const big = 'y'.repeat(2_000_000);
    const text = [
      line('tool.execution_start', {
        toolCallId: 'call_long0000001',
        toolName: 'create',
        arguments: { path: 'a', file_text: big },
      }),
      line(
        'tool.execution_complete',
        { toolCallId: 'call_long0000001', success: true, result: { content: big } },
        { id: 'z' },
      ),
      line('user.message', { content: big }, { id: big }),
    ].join('\n');
    const [call, result, prompt] = readLog(events, text, PATH).events;
    expect(call?.kind === 'tool.call' && call.input.content).toHaveLength(262_144);
    expect(result?.kind === 'tool.result' && result.output).toHaveLength(65_536);
    expect(prompt?.kind === 'prompt.submit' && prompt.text).toHaveLength(262_144);
    expect(prompt?.id.length).toBeLessThan(300);
  });

  it('keeps its state small whatever the log holds', () => {
    const lines = [start];
    for (let i = 0; i < 3_000; i++) {
      const id = `call_${String(i).padStart(11, 'q')}`;
      lines.push(line('subagent.started', { toolCallId: id }, { agentId: `agent-${i}`.repeat(20) }));
      lines.push(
        line('assistant.message', {
          messageId: id,
          model: `m${i}`,
          outputTokens: 1,
          toolRequests: [{ toolCallId: id, name: 'bash' }],
        }),
      );
    }
    const reading = readLog(events, lines.join('\n'), PATH);
    expect(reading.events.filter((event) => event.kind === 'tool.call')).toHaveLength(3_000);
    expect(JSON.stringify(reading.state).length).toBeLessThan(65_536);
  });

  it('survives 2,000 mutated records without a throw and with bounded ids', () => {
    const random = createRandom(20_261_122);
    const lines = session.split('\n').filter((text) => text !== '');
    for (let i = 0; i < 2_000; i++) {
      const text = mutateLine(lines[i % lines.length]!, random).replaceAll('\n', ' ');
      for (const event of readLog(events, `${start}\n${text}`, PATH).events) {
        expect(event.id.length).toBeLessThan(300);
        expect(Number.isSafeInteger(event.timeMs)).toBe(true);
      }
    }
  });

  it('looks only at event logs, in the folder that COPILOT_HOME moves', () => {
    const context = { platform: 'darwin', home: '/Users/mira', env: {} } as const;
    const [root] = events.roots(context);
    expect(root?.dir).toBe('/Users/mira/.copilot/session-state');
    expect(events.roots({ ...context, env: { COPILOT_HOME: '/srv/c' } })[0]?.dir).toBe(
      '/srv/c/session-state',
    );
    expect(root?.matches(PATH)).toBe(true);
    expect(root?.matches(`${ID}.jsonl`)).toBe(true);
    for (const other of [`${ID}/session.db`, `${ID}/workspace.yaml`, `${ID}/checkpoints/events.jsonl`]) {
      expect(root?.matches(other)).toBe(false);
    }
  });

  it('has no event type both read and ignored', () => {
    const folder = new URL('../../../../collector/agents/copilot-cli/', import.meta.url);
    const handled = [...readFileSync(new URL('log.ts', folder), 'utf8').matchAll(/\['([\w.]+)', \w/g)].map(
      (found) => found[1]!,
    );
    expect(handled.length).toBeGreaterThan(20);
    for (const type of handled) {
      const [outcome] = readLog(events, JSON.stringify({ type, data: 1 }), PATH).outcomes;
      expect(outcome).toEqual({ kind: 'rejected', reason: 'missing-field' });
    }
  });
});
