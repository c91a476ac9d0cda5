import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CODEX_LOGS } from '../../../../collector/agents/codex/log.ts';
import type { PathContext } from '../../../../collector/agents/path-context.ts';
import { createRandom, mutateLine } from '../../../support/mutate-json.ts';
import {
  eventsOf,
  onlyJsonl,
  readFixture,
  readLog,
  reviewable,
  type LogReading,
} from '../../../support/read-log.ts';
import { PATHS } from './log-cases.ts';

const format = onlyJsonl(CODEX_LOGS);
const PARENT = '019e7583-0b33-7912-a209-000000000001';
const FORK = '019e7590-5201-7901-b1e7-000000000002';

function read(name: string): LogReading {
  return readLog(format, readFixture(`codex/${name}/input.jsonl`), PATHS[name] ?? '');
}

function usageOf(reading: LogReading) {
  return reading.outcomes.flatMap((one) => (one.kind === 'records' ? (one.usage ?? []) : []));
}

function newState() {
  const relativePath = PATHS['legacy'] ?? '';
  return format.initialState({
    agentId: 'codex',
    formatId: format.id,
    root: '/r',
    path: '/r/x',
    relativePath,
  });
}

function row(type: string, payload: unknown, second = 0): string {
  const time = `2026-11-03T10:00:${String(second).padStart(2, '0')}.000Z`;
  return JSON.stringify({ timestamp: time, type, payload });
}

describe('Codex rollouts', () => {
  it.each(Object.keys(PATHS))('reads the fixture %s as reviewed', (name) => {
    const expected: unknown = JSON.parse(readFixture(`codex/${name}/events.json`));
    expect(reviewable(read(name))).toEqual(expected);
  });

  it('gives a fork the ids and usage keys of its parent for what it copied', () => {
    const parent = read('fork-parent');
    const fork = read('fork-child');
    const known = new Set(parent.events.map((event) => event.id));
    const own = fork.events.filter((event) => !known.has(event.id));
    expect(own.every((event) => event.nativeSessionId === FORK)).toBe(true);
    expect(own.filter((event) => event.kind === 'prompt.submit').map((event) => event.text)).toEqual([
      'third',
    ]);
    const copied = fork.events.filter((event) => known.has(event.id));
    expect(copied.map((event) => event.kind)).toContain('tool.call');
    expect(copied.every((event) => event.nativeSessionId === PARENT)).toBe(true);

    const counted = new Map([...usageOf(parent), ...usageOf(fork)].map((one) => [one.key, one.tokens]));
    const input = [...counted.values()].reduce((sum, tokens) => sum + tokens.input + tokens.cacheRead, 0);
    expect(input).toBe(100 + 50 + 40 + 200);
  });

  it('counts nothing for totals that are repeated', () => {
    const keys = usageOf(read('legacy')).map((one) => one.key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });

  it('does not count the parent again in a sub-agent whose totals begin high', () => {
    const [usage] = usageOf(read('subagent'));
    expect(usage?.tokens).toEqual({ input: 50, output: 5, cacheRead: 10, cacheWrite: 0 });
  });

  it('tells the exit code of a command that ran on, when a later poll reports it', () => {
    const results = read('legacy').events.filter(
      (event) => event.kind === 'tool.result' && event.callId === 'call_Xy7long',
    );
    expect(results.map((event) => event.id)).toEqual([
      'codex:tool.result:call_Xy7long~running',
      'codex:tool.result:call_Xy7long',
    ]);
    expect(results[1]).toMatchObject({ outcome: { status: 'error', exitCode: 130 } });
  });

  it('keeps numbered call ids of different turns apart, and a call and its result together', () => {
    const turn = (id: string) => [
      row('turn_context', { turn_id: id }),
      row('response_item', {
        type: 'function_call',
        name: 'shell',
        arguments: '{"command":"ls"}',
        call_id: 'call_0',
      }),
      row('response_item', { type: 'function_call_output', call_id: 'call_0', output: 'ok' }),
    ];
    const { events } = readLog(format, [...turn('t1'), ...turn('t2')].join('\n'), PATHS['legacy'] ?? '');
    const calls = events.flatMap((event) => (event.kind === 'tool.call' ? [event.tool.callId] : []));
    const results = events.flatMap((event) => (event.kind === 'tool.result' ? [event.callId] : []));
    expect(new Set(calls).size).toBe(2);
    expect(results).toEqual(calls);
  });

  it('takes text typed into a bare shell as a command, and into anything else as text', () => {
    const typed = (opener: string) => {
      const lines = [
        row('response_item', {
          type: 'function_call',
          name: 'exec_command',
          arguments: JSON.stringify({ cmd: opener }),
          call_id: 'a',
        }),
        row('response_item', {
          type: 'function_call_output',
          call_id: 'a',
          output: 'Process running with session ID 5\nOutput:\n',
        }),
        row('response_item', {
          type: 'function_call',
          name: 'write_stdin',
          arguments: { session_id: 5, chars: 'id\n' },
          call_id: 'b',
        }),
      ];
      return readLog(format, lines.join('\n'), PATHS['legacy'] ?? '').events.at(-1);
    };
    expect(typed('/bin/bash -i')).toMatchObject({ input: { command: 'id\n' } });
    expect(typed('python3')).toMatchObject({ input: { text: 'id\n' } });
    expect(typed('bash deploy.sh')).toMatchObject({ input: { text: 'id\n' } });
  });

  it.each([
    ['2026', 'event', 'user_message'],
    ['paginated', 'item', 'item_completed'],
  ])('tells a prompt once when a %s rollout has it as input and as %s', (_, source) => {
    const input = row('response_item', {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'same' }],
    });
    const event =
      source === 'event'
        ? row('event_msg', { type: 'user_message', message: 'same' })
        : row('event_msg', {
            type: 'item_completed',
            item: { type: 'UserMessage', id: 'i', content: [{ type: 'text', text: 'same' }] },
          });
    const text = [input, event, input, event].join('\n');
    const prompts = readLog(format, text, PATHS['legacy'] ?? '').events.filter(
      (one) => one.kind === 'prompt.submit',
    );
    expect(new Set(prompts.map((one) => one.id)).size).toBe(2);
    expect(prompts).toHaveLength(2);
  });

  it('does not take a long output that quotes a refusal for one', () => {
    const output = `rejected by user\n${'log line\n'.repeat(100)}`;
    const { events } = readLog(
      format,
      row('response_item', { type: 'function_call_output', call_id: 'a', output }),
      PATHS['legacy'] ?? '',
    );
    expect(events.find((event) => event.kind === 'tool.result')?.outcome.status).toBe('ok');
  });

  it('keeps no user part of a remote', () => {
    const secret = ['hunter', '2'].join('');
    const meta = row('session_meta', {
      id: PARENT,
      git: { repository_url: `https://jane:${secret}@example.com/shop.git` },
    });
    expect(JSON.stringify(readLog(format, meta, PATHS['legacy'] ?? '').outcomes)).not.toContain(secret);
  });

  it('keeps its state small however many calls stay open', () => {
    const state = newState();
    for (let i = 0; i < 2_000; i++) {
      const id = `${i}`.padEnd(180, 'c');
      format.parseLine(
        row('response_item', {
          type: 'function_call',
          name: 'exec_command',
          arguments: { cmd: 'sh' },
          call_id: id,
        }),
        0,
        state,
      );
      format.parseLine(
        row('response_item', {
          type: 'function_call',
          name: 'write_stdin',
          arguments: { session_id: i, chars: 'x' },
          call_id: `w${id}`,
        }),
        0,
        state,
      );
      format.parseLine(
        row('response_item', {
          type: 'function_call_output',
          call_id: id,
          output: `Process running with session ID ${i}\n`,
        }),
        0,
        state,
      );
    }
    expect(JSON.stringify(state).length).toBeLessThan(65_536);
  });

  it('never throws on mutated records, keeps ids bounded and its state plain JSON', () => {
    const random = createRandom(20_261_122);
    const lines = Object.keys(PATHS).flatMap((name) =>
      readFixture(`codex/${name}/input.jsonl`).trim().split('\n'),
    );
    let state = newState();
    for (let i = 0; i < 2_000; i++) {
      const outcome = format.parseLine(mutateLine(lines[i % lines.length] ?? '{}', random), i, state);
      for (const event of eventsOf([outcome])) {
        expect(Number.isSafeInteger(event.timeMs)).toBe(true);
        expect(event.id.length).toBeLessThan(300);
        if (event.kind === 'tool.result')
          expect(Number.isSafeInteger(event.outcome.exitCode ?? 0)).toBe(true);
      }
      if (i % 100 === 0) state = JSON.parse(JSON.stringify(state)) as typeof state;
    }
    expect(JSON.stringify(state).length).toBeLessThan(65_536);
  });

  it('reads a compressed rollout the same', () => {
    const text = readFixture('codex/legacy/input.jsonl');
    const name = `${PATHS['legacy'] ?? ''}.zst`;
    expect(format.compressed?.(name)).toBe(true);
    const unpacked = zstdDecompressSync(zstdCompressSync(Buffer.from(text))).toString();
    expect(readLog(format, unpacked, name).events).toEqual(read('legacy').events);
  });
});

describe('the folders of Codex', () => {
  const context: PathContext = { platform: 'linux', home: '/home/jane', env: { CODEX_HOME: '/srv/codex/' } };

  it('are sessions and archived sessions below the default and the moved home', () => {
    expect(format.roots(context).map((root) => root.dir)).toEqual([
      '/home/jane/.codex/sessions',
      '/home/jane/.codex/archived_sessions',
      '/srv/codex/sessions',
      '/srv/codex/archived_sessions',
    ]);
  });

  it.each([
    ['2026/11/03/rollout-2026-11-03T10-00-00-x.jsonl', true],
    ['2026/11/03/rollout-2026-11-03T10-00-00-x.jsonl.zst', true],
    ['rollout-2025-06-03-x.jsonl', true],
    ['2026/11/03/rollout-x.jsonl.tmp', false],
    ['2026/11/03/notes.jsonl', false],
  ])('match %s: %s', (path, expected) => {
    expect(format.roots(context)[0]?.matches(path)).toBe(expected);
  });
});
