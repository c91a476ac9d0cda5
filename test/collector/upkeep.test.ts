import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HealthTracker } from '../../collector/health/tracker.ts';
import { readStamps } from '../../collector/read-config-stamps.ts';
import { Store } from '../../collector/store/store.ts';
import { raiseDrift } from '../../collector/upkeep.ts';
import { batch } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';

function withCounts(...counts: readonly (readonly [agent: string, what: string, n: number])[]): string[] {
  const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => 1 });
  for (const [agentId, what, n] of counts) store.commit(batch({ agentId, counts: new Map([[what, n]]) }));
  const health = new HealthTracker(() => 1);
  raiseDrift(store, health);
  raiseDrift(store, health);
  store.close();
  return health.list().map(({ code, text }) => `${code}: ${text}`);
}

describe('raiseDrift', () => {
  it('says nothing while everything is understood or left out on purpose', () => {
    expect(withCounts(['codex', 'skipped:token_count', 900])).toEqual([]);
  });

  it('names agent, number and kinds of what the parser does not know, once per agent', () => {
    const said = withCounts(
      ['codex', 'unknown:thought', 3],
      ['codex', 'unknown:plan:item', 4],
      ['codex', 'unknown:thought', 2],
      ['gemini-cli', 'unknown:x', 1],
    );
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/^parser-drift: codex wrote 9 records .*\(thought, plan:item\)/);
    expect(said[1]).toMatch(/^parser-drift: gemini-cli wrote 1 records .*\(x\)/);
  });

  it('tells records that could not be read apart, and shows at most five kinds', () => {
    const said = withCounts(
      ...Array.from({ length: 9 }, (_, i) => ['codex', `rejected:reason-${i}`, 9 - i] as const),
    );
    expect(said).toHaveLength(1);
    expect(said[0]).toBe(
      'parser-rejected: codex: 45 log records could not be read (reason-0, reason-1, reason-2, reason-3, reason-4).',
    );
  });
});

describe('readStamps', () => {
  it('changes when a file changes, comes, goes or only gets a new time', () => {
    const dir = tempDir();
    const path = join(dir, 'settings.json');
    const seen = [readStamps([path])];
    writeFileSync(path, '{}');
    seen.push(readStamps([path]));
    writeFileSync(path, '{ }');
    seen.push(readStamps([path]));
    utimesSync(path, 1, 1);
    seen.push(readStamps([path]));
    rmSync(path);
    expect(readStamps([path])).toBe(seen[0]);
    mkdirSync(path);
    seen.push(readStamps([path]));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('does not stumble over a path that leads through a file', () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    expect(readStamps([join(file, 'below'), 'with\0zero'])).toBe('- -');
  });
});
