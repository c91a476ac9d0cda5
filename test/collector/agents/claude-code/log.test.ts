import { describe, expect, it } from 'vitest';
import { CLAUDE_CODE_LOGS } from '../../../../collector/agents/claude-code/log.ts';
import type { PathContext } from '../../../../collector/agents/path-context.ts';
import { createRandom, mutateLine } from '../../../support/mutate-json.ts';
import { eventsOf, onlyJsonl, readFixture, readLog, reviewable } from '../../../support/read-log.ts';
import { PATHS } from './log-cases.ts';

const format = onlyJsonl(CLAUDE_CODE_LOGS);
const SESSION = '5b1d7c1e-3a52-4c0f-9f53-000000000001';

function read(name: string, path = PATHS[name] ?? '') {
  return readLog(format, readFixture(`claude-code/${name}/input.jsonl`), path);
}

function ids(name: string) {
  return read(name).events.map((event) => event.id);
}

describe('Claude Code transcripts', () => {
  it.each(Object.keys(PATHS))('reads the fixture %s as reviewed', (name) => {
    const expected: unknown = JSON.parse(readFixture(`claude-code/${name}/events.json`));
    expect(reviewable(read(name))).toEqual(expected);
  });

  it('gives a block that is repeated in several rows of a message one id', () => {
    const calls = read('conversation').events.filter((event) => event.kind === 'tool.call');
    expect(calls).toHaveLength(2);
    expect(new Set(calls.map((event) => event.id)).size).toBe(1);
  });

  it('counts the growing rows of one response under one key', () => {
    const usage = read('conversation').outcomes.flatMap((one) =>
      one.kind === 'records' ? (one.usage ?? []) : [],
    );
    const rows = usage.filter((one) => one.key === 'msg_a:req_msg_a');
    expect(rows.map((one) => one.tokens.output)).toEqual([3, 20, 55, 60]);
  });

  it('gives a fork the ids of its parent for what it copied, and its own for the rest', () => {
    const parent = new Set(ids('fork-parent'));
    const own = ids('fork-child').filter((id) => !parent.has(id));
    expect(own).toEqual([
      'claude-code:session.start:5b1d7c1e-3a52-4c0f-9f53-000000000002',
      'claude-code:session.update:5b1d7c1e-3a52-4c0f-9f53-000000000002:fork',
      'claude-code:prompt.submit:fork-only',
    ]);
  });

  it('reads an appended file the same when every line is read again', () => {
    const text = readFixture('claude-code/conversation/input.jsonl');
    const once = readLog(format, text, PATHS['conversation'] ?? '').events.map((event) => event.id);
    const twice = readLog(format, text + text, PATHS['conversation'] ?? '').events.map((event) => event.id);
    const repeated = new Set(twice);
    for (const id of once) expect(repeated.has(id)).toBe(true);
    const calls = twice.filter((id) => id.includes(':tool.call:') || id.includes(':prompt.submit:'));
    expect(new Set(calls).size).toBe(new Set(once.filter((id) => calls.includes(id))).size);
  });

  it('keeps numbered call ids of different sessions apart', () => {
    const text = readFixture('claude-code/fork-parent/input.jsonl').replaceAll('toolu_01Xyshared', 'call_0');
    const other = text.replaceAll(SESSION, SESSION.replace(/1$/, '9'));
    const callIds = [text, other].flatMap((one) =>
      readLog(format, one, PATHS['fork-parent'] ?? '').events.flatMap((event) =>
        event.kind === 'tool.call' ? [event.tool.callId] : event.kind === 'tool.result' ? [event.callId] : [],
      ),
    );
    expect(callIds).toHaveLength(4);
    expect(callIds[0]).toBe(callIds[1]);
    expect(new Set(callIds).size).toBe(2);
  });

  it('names the sub-agent of a file beside the main file by file and row', () => {
    const { events } = read('subagent', '-home-jane-shop/agent-a1b2c3.jsonl');
    expect(new Set(events.map((event) => event.nativeSessionId))).toEqual(new Set([`${SESSION}/a1b2c3`]));
    expect(new Set(events.map((event) => event.parentNativeSessionId))).toEqual(new Set([SESSION]));
  });

  it('names a compaction agent after its file', () => {
    const path = `-home-jane-shop/${SESSION}/subagents/agent-acompact-00ff.jsonl`;
    expect(read('subagent', path).events[0]?.nativeSessionId).toBe(`${SESSION}/acompact-00ff`);
  });

  it('follows parallel side chains of old releases apart', () => {
    const reads = read('sidechain').events.filter((event) => event.kind === 'tool.call');
    expect(reads.map((event) => event.nativeSessionId.slice(SESSION.length))).toEqual([
      '',
      '',
      '/side-a-1',
      '/side-b-1',
    ]);
  });

  it('does not let a side chain change the model of its parent', () => {
    const updates = read('sidechain').events.filter((event) => event.kind === 'session.update');
    expect(updates.map((event) => [event.change, event.to])).toEqual([['model', 'claude-opus-4-6']]);
  });

  it('bounds what leaves: output, content, ids', () => {
    const row = (block: unknown, type: string) =>
      JSON.stringify({
        type,
        uuid: 'u'.repeat(9_000),
        sessionId: 's'.repeat(9_000),
        timestamp: '2026-11-02T09:00:00.000Z',
        message: { content: [block] },
      });
    const big = 'x'.repeat(3_000_000);
    const result = row({ type: 'tool_result', tool_use_id: 'i'.repeat(9_000), content: big }, 'user');
    const write = row(
      { type: 'tool_use', id: 'w', name: 'Write', input: { file_path: big, content: big } },
      'assistant',
    );
    const events = readLog(format, `${result}\n${write}`, 'slug/x.jsonl').events;
    for (const event of events) {
      expect(event.id.length).toBeLessThan(300);
      expect(event.nativeSessionId.length).toBeLessThan(300);
      if (event.kind === 'tool.result') expect(event.output?.length).toBe(65_536);
      if (event.kind === 'tool.call') expect(event.input.content?.length).toBe(262_144);
      if (event.kind === 'tool.call') expect(event.input.paths).toBeUndefined();
    }
    expect(events.map((event) => event.kind)).toEqual(['session.start', 'tool.result', 'tool.call']);
  });

  it('keeps its state small however many side chains a file has', () => {
    const lines = Array.from({ length: 3_000 }, (_, i) =>
      JSON.stringify({
        type: 'user',
        isSidechain: true,
        uuid: `${i}`.padEnd(36, 'u'),
        parentUuid: null,
        sessionId: SESSION,
        timestamp: '2026-11-02T09:00:00.000Z',
        message: { content: 'go' },
      }),
    );
    const state = format.initialState({
      agentId: 'claude-code',
      formatId: format.id,
      root: '/r',
      path: '/r/s/x.jsonl',
      relativePath: 's/x.jsonl',
    });
    for (const line of lines) format.parseLine(line, 0, state);
    expect(JSON.stringify(state).length).toBeLessThan(65_536);
  });

  it('never throws on mutated records, keeps ids bounded and its state plain JSON', () => {
    const random = createRandom(20_261_122);
    const lines = Object.keys(PATHS).flatMap((name) =>
      readFixture(`claude-code/${name}/input.jsonl`).trim().split('\n'),
    );
    let state = format.initialState({
      agentId: 'claude-code',
      formatId: format.id,
      root: '/r',
      path: '/r/s/x.jsonl',
      relativePath: 's/x.jsonl',
    });
    for (let i = 0; i < 2_000; i++) {
      const line = mutateLine(lines[i % lines.length] ?? '{}', random);
      const outcome = format.parseLine(line, i, state);
      for (const event of eventsOf([outcome])) {
        expect(Number.isSafeInteger(event.timeMs)).toBe(true);
        expect(event.id.length).toBeLessThan(300);
      }
      if (i % 100 === 0) state = JSON.parse(JSON.stringify(state)) as typeof state;
    }
    expect(JSON.stringify(state).length).toBeLessThan(65_536);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});

describe('the folders of Claude Code', () => {
  const context = (env: PathContext['env'], platform: PathContext['platform'] = 'linux'): PathContext => ({
    platform,
    home: platform === 'win32' ? 'C:\\Users\\jane' : '/home/jane',
    env,
  });

  it('are the default, the XDG and the moved one, each once', () => {
    expect(format.roots(context({ CLAUDE_CONFIG_DIR: '/srv/claude/' })).map((root) => root.dir)).toEqual([
      '/home/jane/.claude/projects',
      '/home/jane/.config/claude/projects',
      '/srv/claude/projects',
      '/home/jane/.config/Claude/local-agent-mode-sessions',
    ]);
    expect(format.roots(context({ CLAUDE_CONFIG_DIR: '/home/jane/.claude' }))).toHaveLength(3);
    expect(format.roots(context({}, 'win32'))[0]?.dir).toBe('C:\\Users\\jane\\.claude\\projects');
  });

  it.each([
    ['slug/abc.jsonl', true],
    ['slug/agent-1.jsonl', true],
    ['slug/abc/subagents/agent-1.jsonl', true],
    ['slug/abc/subagents/workflows/w/agent-1.jsonl', true],
    ['slug/abc/subagents/workflows/w/journal.jsonl', false],
    ['slug/abc/tool-results/x.jsonl', false],
    ['slug/abc/subagents/agent-1.meta.json', false],
    ['x.jsonl', false],
  ])('match %s: %s', (path, expected) => {
    expect(format.roots(context({}))[0]?.matches(path)).toBe(expected);
  });

  it('are looked for in each session of Cowork, and nowhere else in it', () => {
    const root = format
      .roots(context({}, 'darwin'))
      .find(({ dir }) => dir.endsWith('/local-agent-mode-sessions'));
    const session = 'acc/dev/local_0a1b';
    const transcript = `${session}/.claude/projects/-sessions-x/abc.jsonl`;
    expect(root?.matches(transcript)).toBe(true);
    expect(root?.matches(`${session}/.claude/projects/-sessions-x/abc/subagents/agent-1.jsonl`)).toBe(true);
    expect(root?.matches(`${session}/audit.jsonl`)).toBe(false);
    const steps = [
      'acc',
      'acc/dev',
      session,
      `${session}/.claude`,
      `${session}/.claude/projects/-sessions-x`,
    ];
    for (const dir of steps) expect(root?.enters?.(dir), dir).toBe(true);
    const others = ['acc/dev/spaces', `${session}/outputs`, `${session}/uploads`, `${session}/.claude/todos`];
    for (const dir of others) expect(root?.enters?.(dir), dir).toBe(false);
    const file = {
      agentId: 'claude-code',
      formatId: format.id,
      root: '/r',
      path: '',
      relativePath: transcript,
    };
    expect([format.initialState(file), format.shardOf?.(file)]).toEqual([{ session: 'abc' }, '-sessions-x']);
    expect(
      format.roots(context({}, 'darwin')).some(({ dir }) => dir.includes('/Xcode/CodingAssistant/')),
    ).toBe(true);
  });

  it('make one shard of a project', () => {
    const file = (relativePath: string) => ({
      agentId: 'claude-code',
      formatId: format.id,
      root: '/r',
      path: '',
      relativePath,
    });
    const shard = format.shardOf?.(file('slug/a.jsonl'));
    expect(shard).toBe('slug');
    expect(format.shardOf?.(file('slug/a/subagents/agent-1.jsonl'))).toBe(shard);
  });
});
