import Database from 'better-sqlite3';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AGENTS } from '../../collector/agents/index.ts';
import { follow } from '../../collector/follow.ts';
import { formatsOf } from '../../collector/formats.ts';
import { Ingester, type LiveBatch } from '../../collector/ingester.ts';
import { sourceFormats } from '../../collector/log-reading.ts';
import { placesOf } from '../../collector/places.ts';
import { RULES } from '../../collector/rules/index.ts';
import { LogSource } from '../../collector/sources/log-source.ts';
import type { CommitResult } from '../../collector/store/batch.ts';
import { Store } from '../../collector/store/store.ts';
import { toCursor } from '../../collector/stored-cursor.ts';
import { claudeCall, claudeLog } from '../support/claude-lines.ts';
import { differences, dumpStore } from '../support/dump-store.ts';
import { tempDir } from '../support/temp.ts';

const SESSIONS = [1, 2, 3].map((n) => `aaaaaaaa-0000-4000-8000-00000000000${n}`);
const TIMESTAMP = '2026-11-01T10:00:00.000Z';

/** Each session says one thing of its own, and repeats what the first one said, as a session that was forked does. */
function writeSessions(home: string): readonly string[] {
  const shared = claudeCall(1, { command: 'ls' }, { timestamp: TIMESTAMP, sessionId: SESSIONS[0]! });
  return SESSIONS.map((sessionId, n) => {
    const own = claudeCall(n + 10, { command: `make step-${n}` }, { timestamp: TIMESTAMP, sessionId });
    return claudeLog(home, '-shop', sessionId, [shared, own]);
  });
}

function setUp(home: string, state: string) {
  const store = Store.open({ path: join(state, 'reeve.db'), nowMs: () => 1_750_000_000_000 });
  const context = { platform: 'linux' as const, home, env: {} };
  const stored: CommitResult[] = [];
  const live: LiveBatch[] = [];
  const ingester = new Ingester({
    store,
    formats: formatsOf(AGENTS),
    rules: RULES,
    places: placesOf([context], () => ({ user: 'ana' })),
    onRuleFailed: () => undefined,
    onLive: (batch) => live.push(batch),
  });
  const source = new LogSource({
    formats: sourceFormats([context]),
    cursors: (path) => toCursor(store.cursor(path)),
    nowMs: () => Date.now(),
    recursive: false,
  });
  const stopping = new AbortController();
  const following = follow(source, {
    ingester,
    storePath: store.path,
    signal: stopping.signal,
    onStored: (one) => stored.push(one),
    onWaiting: () => undefined,
  });
  const stop = async (): Promise<void> => {
    stopping.abort();
    await following;
    store.close();
  };
  onTestFinished(() => source.close());
  return { store, stored, live, following, stop };
}

const calls = (stored: readonly CommitResult[]): string[] =>
  stored.flatMap(({ inserted }) =>
    inserted.flatMap(({ event }) => (event.kind === 'tool.call' ? [String(event.input?.['command'])] : [])),
  );
const heardAll = (stored: readonly CommitResult[]): Promise<void> =>
  vi.waitFor(
    () => {
      expect(calls(stored).sort()).toEqual(['ls', 'make step-0', 'make step-1', 'make step-2']);
    },
    { timeout: 10_000, interval: 5 },
  );

describe('follow', () => {
  it('stores what several sessions wrote together, each event once, and tells it once', async () => {
    const home = tempDir();
    const paths = writeSessions(home);
    const { store, stored, live, stop } = setUp(home, tempDir());
    await heardAll(stored);
    expect(stored).toHaveLength(1);
    const seqs = stored.flatMap(({ inserted }) => inserted.map(({ seq }) => seq));
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(live.map(({ path }) => path).sort()).toEqual([...paths].sort());
    for (const path of paths) expect(store.cursor(path)?.sizeBytes).toBeGreaterThan(0);
    await stop();
  });

  it('stores nothing of what came together, and tells nobody, when one part of it cannot be stored', async () => {
    const home = tempDir();
    const states = { broken: tempDir(), whole: tempDir() };
    const paths = writeSessions(home);
    Store.open({ path: join(states.broken, 'reeve.db'), nowMs: () => 0 }).close();
    const db = new Database(join(states.broken, 'reeve.db'));
    db.exec(
      `CREATE TRIGGER refuse BEFORE INSERT ON cursors WHEN new.path LIKE '%${SESSIONS[2]}%'
         BEGIN SELECT RAISE(ABORT, 'refused'); END`,
    );
    const first = setUp(home, states.broken);
    await expect(first.following).rejects.toThrow('storing in');
    expect(first.store.read.totals()).toMatchObject({ events: 0, sessions: 0 });
    for (const path of paths) expect(first.store.cursor(path)).toBeUndefined();
    expect([first.stored, first.live]).toEqual([[], []]);
    first.store.close();
    db.exec('DROP TRIGGER refuse');
    db.close();

    for (const state of [states.broken, states.whole]) {
      const again = setUp(home, state);
      await heardAll(again.stored);
      await again.stop();
    }
    expect(differences(dumpStore(states.whole, home), dumpStore(states.broken, home))).toEqual([]);
  });
});
