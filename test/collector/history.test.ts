import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AGENTS } from '../../collector/agents/index.ts';
import { formatsOf } from '../../collector/formats.ts';
import { readHistory } from '../../collector/history.ts';
import { Ingester } from '../../collector/ingester.ts';
import { sourceFormats } from '../../collector/log-reading.ts';
import { placesOf } from '../../collector/places.ts';
import { LogSource } from '../../collector/sources/log-source.ts';
import { Store } from '../../collector/store/store.ts';
import { claudeCall, claudeLog } from '../support/claude-lines.ts';
import { tempDir } from '../support/temp.ts';

const SESSION = 'aaaaaaaa-0000-4000-8000-000000000001';
const AT = { timestamp: '2026-11-01T10:00:00.000Z', sessionId: SESSION };

interface Told {
  readonly what: string;
  readonly events: number;
}

/** @returns what was done first, and how many events were stored by then and at the end */
async function read(home: string, onFiles: (stop: AbortController) => void): Promise<Told[]> {
  const told: Told[] = [];
  const stop = new AbortController();
  const context = { platform: 'linux' as const, home, env: {} };
  const places = placesOf([context], () => ({ user: 'ana' }));
  const path = join(tempDir(), 'reeve.db');
  const store = Store.open({ path, nowMs: () => Date.now() });
  const tell = (what: string): void => void told.push({ what, events: store.read.totals().events });
  const source = new LogSource({
    formats: sourceFormats([context]),
    cursors: () => undefined,
    nowMs: () => Date.now(),
    recursive: false,
    follow: false,
  });
  try {
    await readHistory(source, {
      store,
      ingester: new Ingester({ store, formats: formatsOf(AGENTS), rules: [], places, onRuleFailed: tell }),
      paths: { store: path, scratch: tempDir() },
      places,
      ruleSources: [],
      queue: false,
      signal: stop.signal,
      onFiles: () => {
        onFiles(stop);
      },
      onProgress: () => undefined,
      onWaiting: tell,
      onRuleFailed: tell,
      first: {
        before: () => {
          tell('before');
          return Promise.resolve();
        },
        meanwhile: () => {
          tell('meanwhile');
        },
      },
    });
    tell('end');
  } finally {
    await source.close();
    store.close();
  }
  return told;
}

it('does the first things before it reads a little itself', async () => {
  const home = tempDir();
  claudeLog(home, '-shop', SESSION, [claudeCall(1, { command: 'ls' }, AT)]);
  const told = await read(home, () => undefined);
  expect(told.map(({ what, events }) => [what, events > 0])).toEqual([
    ['before', false],
    ['end', true],
  ]);
});

it('does the first things where there is nothing to read', async () => {
  expect(await read(tempDir(), () => undefined)).toMatchObject([{ what: 'before' }, { what: 'end' }]);
});

it('does not let threads wait for the first things', async () => {
  const home = tempDir();
  truncateSync(claudeLog(home, '-shop', SESSION, [claudeCall(1, { command: 'ls' }, AT)]), 7_000_000);
  const told = await read(home, (stop) => {
    stop.abort();
  });
  expect(told).toMatchObject([{ what: 'meanwhile' }, { what: 'end' }]);
});
