import { describe, expect, it } from 'vitest';
import { OPENCODE_LOGS } from '../../../../collector/agents/opencode/log.ts';
import { idTimeMs } from '../../../../collector/agents/opencode/log-id-time.ts';
import type { DocumentFormat, LogFile, ParseOutcome } from '../../../../collector/agents/spec-log.ts';
import { createRandom, mutateLine } from '../../../support/mutate-json.ts';
import { eventsOf, readFixture } from '../../../support/read-log.ts';

const format = OPENCODE_LOGS.find((one): one is DocumentFormat => one.container === 'document')!;
const documents = Object.entries(
  JSON.parse(readFixture('opencode/storage/input.json')) as Record<string, unknown>,
);
const context = { platform: 'linux', home: '/home/mira', env: {} } as const;
const roots = format.roots(context);

function read(path: string, text: string): ParseOutcome {
  const relativePath = path.replace(/^(storage|project)\//, '');
  const file: LogFile = {
    agentId: 'opencode',
    formatId: format.id,
    root: '/logs',
    path: `/logs/${path}`,
    relativePath,
  };
  return format.parseDocument(text, file, format.initialState(file));
}

const call = (status: string, more: object = {}): string =>
  JSON.stringify({
    id: 'prt_1',
    sessionID: 'ses_1',
    messageID: 'msg_1',
    type: 'tool',
    callID: 'call_aaaaaaaaaaaa',
    tool: 'bash',
    state: {
      status,
      input: { command: 'ls' },
      time: { start: 1_765_045_557_000, end: 1_765_045_558_000 },
      ...more,
    },
  });

describe('opencode json store', () => {
  it('reads both generations as reviewed', () => {
    const outcomes = documents.map(([path, document]) => read(path, JSON.stringify(document)));
    const reviewed: unknown = JSON.parse(
      JSON.stringify(outcomes, (key, value: unknown) => (key === 'offsetBytes' ? undefined : value)),
    );
    expect(reviewed).toEqual(JSON.parse(readFixture('opencode/storage/events.json')));
  });

  it('matches every document of both generations within the depth it asks for, and nothing beside them', () => {
    for (const [path] of documents) {
      const [first = '', ...rest] = path.split('/');
      const root = roots.find((one) => one.dir.endsWith(`/${first}`));
      expect(root?.matches(rest.join('/'))).toBe(true);
      expect(rest.length - 1).toBeLessThanOrEqual(root?.maxDepth ?? 0);
    }
    const others = [
      'todo/ses_1.json',
      'session_diff/ses_1.json',
      'migration',
      'session_share/a/b.json',
      'x/part/a/b.json',
    ];
    for (const other of others) expect(roots.some((root) => root.matches(other))).toBe(false);
  });

  it('reads a part alone: pending is nothing, running a call, completed a call and its result', () => {
    const path = 'storage/part/msg_1/prt_1.json';
    const kinds = ['pending', 'running', 'completed'].map((status) => eventsOf([read(path, call(status))]));
    expect(kinds.map((events) => events.map((event) => event.kind))).toEqual([
      [],
      ['tool.call'],
      ['tool.call', 'tool.result'],
    ]);
    expect(kinds[1]?.[0]).toEqual(kinds[2]?.[0]);
    expect(kinds[2]?.[0]?.nativeSessionId).toBe('ses_1');
  });

  it('gives the same ids as the database for the same part', () => {
    const database = OPENCODE_LOGS.find((one) => one.container === 'sqlite');
    if (database?.container !== 'sqlite') throw new Error('no database format');
    const text = call('completed', { output: 'a', metadata: { exit: 0 } });
    const row = {
      id: 'prt_1',
      session_id: 'ses_1',
      time_created: 1_765_045_557_000,
      data: text,
      role: 'assistant',
    };
    expect(eventsOf([database.parseRow('part', row, {})])).toEqual(
      eventsOf([read('storage/part/msg_1/prt_1.json', text)]),
    );
  });

  it('reads the time inside an id', () => {
    const atMs = 1_765_045_557_000;
    const hex = ((BigInt(atMs) * 4096n + 7n) & ((1n << 48n) - 1n)).toString(16).padStart(12, '0');
    expect(idTimeMs(`prt_${hex}AbCdEfGhIjKlMn`)).toBe(atMs);
    expect(
      ['prt_001', 'ses_000000000000AbCdEfGhIjKl', 'prt_zzzzzzzzzzzzAbCdEfGhIjKl', ''].map(idTimeMs),
    ).toEqual(Array.from({ length: 4 }, () => undefined));
  });

  it('survives 2,000 mutated documents', () => {
    const random = createRandom(20_261_122);
    for (let i = 0; i < 2_000; i++) {
      const [path, document] = documents[i % documents.length]!;
      const outcome = read(path, mutateLine(JSON.stringify(document), random));
      for (const event of eventsOf([outcome])) expect(event.id.length).toBeLessThan(300);
    }
  });
});
