import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AGENTS } from '../../collector/agents/index.ts';
import { CLAUDE_CODE_LOGS } from '../../collector/agents/claude-code/log.ts';
import { CODEX_LOGS } from '../../collector/agents/codex/log.ts';
import { formatsOf } from '../../collector/formats.ts';
import { Ingester } from '../../collector/ingester.ts';
import { placesOf } from '../../collector/places.ts';
import { readFiles } from '../../collector/read-files.ts';
import { LogSource } from '../../collector/sources/log-source.ts';
import { Store } from '../../collector/store/store.ts';
import { toCursor } from '../../collector/stored-cursor.ts';
import { claudeCall, claudeLog } from '../support/claude-lines.ts';
import { onlyJsonl, readLog } from '../support/read-log.ts';
import { tempDir } from '../support/temp.ts';

const SESSION = 'aaaaaaaa-0000-4000-8000-000000000001';
const ID = `claude-code:${SESSION}`;
const AT = { timestamp: '2026-11-01T10:00:00.000Z', sessionId: SESSION };
const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

const ai = (aiTitle: unknown): object => ({ type: 'ai-title', aiTitle, sessionId: SESSION });
const own = (customTitle: string): object => ({ type: 'custom-title', customTitle, sessionId: SESSION });

/** A store into which a log with these rows behind an ordinary call was read, with everything queued for reporting. */
async function storeOf(...rows: readonly object[]): Promise<Store> {
  const home = tempDir();
  const state = tempDir();
  const log = claudeLog(home, '-home-ana-src', SESSION, [claudeCall(1, { command: 'ls' }, AT)]);
  appendFileSync(log, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const store = Store.open({ path: join(state, 'reeve.db'), nowMs: () => 1, queue: () => true });
  opened.push(store);
  const context = { platform: 'linux' as const, home, env: {} };
  const formats = formatsOf(AGENTS);
  const places = placesOf([context], () => ({ user: 'ana' }));
  const ingester = new Ingester({ store, formats, rules: [], places, onRuleFailed: () => undefined });
  const source = new LogSource({
    formats: AGENTS.flatMap((agent) =>
      agent.logs.map((format) => ({ agentId: agent.id, format, roots: format.roots(context) })),
    ),
    cursors: (path) => toCursor(store.cursor(path)),
    nowMs: () => Date.now(),
    recursive: false,
  });
  for await (const { files } of source.backlog())
    await readFiles(files, {
      store,
      formats,
      ingester,
      scratchDir: state,
      stop: new Uint8Array(1),
      onBatch: () => undefined,
    });
  await source.close();
  return store;
}

describe('the title of a session', () => {
  it('is the latest its log gives, and a person’s own against any other', async () => {
    const titleOf = async (...rows: object[]): Promise<string | undefined> =>
      (await storeOf(...rows)).read.session(ID)?.title;
    expect(await titleOf(ai('Mend the cart'), ai('Mend the cart totals'))).toBe('Mend the cart totals');
    expect(await titleOf(own('Mine'), ai('Theirs'))).toBe('Mine');
    expect(await titleOf(ai('Theirs'), own('Mine'), own('Mine too'))).toBe('Mine too');
    expect(await titleOf()).toBeUndefined();
    expect(await titleOf(ai(''), ai(7), ai('   '))).toBeUndefined();
  });

  it('holds no secret, no line break and nothing invisible, and is short', async () => {
    const secret = ['ghp_', 'x1Y2z3'.repeat(6)].join('');
    const store = await storeOf(ai(`Use ${secret}\n\u202eback\u0007 ${'long '.repeat(100)}`));
    const title = store.read.session(ID)?.title ?? '';
    expect(title).toMatch(/^Use \[redacted:[^\]]+\] back long/);
    expect(title.length).toBeLessThanOrEqual(200);
    expect(store.read.sessions({ limit: 5 })[0]?.title).toBe(title);
  });

  it('is never among what waits to be sent', async () => {
    const store = await storeOf(ai('Kestrel takeover plan'), own('Kestrel takeover plan, mine'));
    const queued = store.outbox.peek(1_000, 10_000_000);
    expect(queued.length).toBeGreaterThan(1);
    expect(queued.filter(({ json }) => json.includes('Kestrel'))).toEqual([]);
    const events = store.read.events({ limit: 100 });
    expect(JSON.stringify(events)).not.toContain('Kestrel');
  });
});

const patches = (reading: ReturnType<typeof readLog>): unknown[] =>
  reading.outcomes.flatMap((outcome) =>
    outcome.kind === 'records' ? (outcome.sessions ?? []).filter(({ title }) => title !== undefined) : [],
  );

describe('titles in logs', () => {
  it('of Claude Code: a summary counts at the head of a file, and none that tells of a failure', () => {
    const rows = [
      { type: 'summary', summary: 'API Error: 401', leafUuid: 'a' },
      { type: 'summary', summary: 'Cart totals', leafUuid: 'b' },
    ];
    const text = [...rows.map((row) => JSON.stringify(row)), claudeCall(1, { command: 'ls' }, AT)].join('\n');
    const late = `${text}\n${JSON.stringify({ ...rows[1], summary: 'Another one' })}`;
    const reading = readLog(onlyJsonl(CLAUDE_CODE_LOGS), late, `-p/${SESSION}.jsonl`);
    expect(patches(reading)).toEqual([{ nativeId: SESSION, title: 'Cart totals' }]);
  });

  it('of Codex: the thread’s own name, not one copied from a parent', () => {
    const row = (type: string, payload: object): string =>
      JSON.stringify({ timestamp: '2026-11-01T10:00:00.000Z', type, payload });
    const named = (thread: string, name: string): string =>
      row('event_msg', { type: 'thread_name_updated', thread_id: thread, thread_name: name });
    const text = [
      row('session_meta', { id: SESSION, cwd: '/home/ana/src', cli_version: '0.150.0' }),
      named(SESSION, 'Cart totals'),
      named('bbbbbbbb-0000-4000-8000-000000000001', 'Of the parent'),
      named(SESSION, ''),
    ].join('\n');
    const reading = readLog(
      onlyJsonl(CODEX_LOGS),
      text,
      `2026/11/01/rollout-2026-11-01T10-00-00-${SESSION}.jsonl`,
    );
    expect(patches(reading)).toEqual([{ nativeId: SESSION, title: 'Cart totals' }]);
  });
});
