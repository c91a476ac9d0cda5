import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diffBodies } from '../../../collector/store/inventory-diff.ts';
import { Store } from '../../../collector/store/store.ts';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reeve-inventory-'));
  store = Store.open({ path: join(folder, 'reeve.db'), nowMs: () => 1 });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const server = (args: readonly string[], more: object = {}): { id: string } =>
  ({ id: 'mcp:1', name: 'docs', configPath: '/home/jane/.claude.json', args, ...more }) as { id: string };

describe('inventory changes', () => {
  it('tell what came, changed, went and came back, but nothing of the first look', () => {
    const look = (items: readonly { id: string }[], nowMs: number): number =>
      store.inventory.replace({ 'mcp-server': items }, nowMs).length;
    const other = { id: 'mcp:2', name: 'web', url: 'https://web.example.com' };
    expect(look([server(['a'])], 10)).toBe(1);
    expect(look([server(['a'])], 20)).toBe(0);
    expect(look([server(['b']), other], 30)).toBe(2);
    expect(look([server(['b'])], 40)).toBe(1);
    expect(look([server(['b']), other], 50)).toBe(1);

    const changes = store.inventory.changes({ limit: 10 });
    expect(changes.map(({ timeMs, name, change, fields }) => [timeMs, name, change, fields])).toEqual([
      [50, 'web', 'back', []],
      [40, 'web', 'gone', []],
      [30, 'web', 'added', []],
      [30, 'docs', 'changed', [{ field: 'args', before: '["a"]', after: '["b"]' }]],
    ]);
    expect(store.inventory.changes({ limit: 10, id: 'mcp:1' })).toMatchObject([
      { kind: 'mcp-server', path: '/home/jane/.claude.json' },
    ]);
    expect(store.inventory.changes({ limit: 1, kind: 'mcp-server' })).toHaveLength(1);
    expect(store.inventory.changes({ limit: 9, sinceMs: 45 })).toHaveLength(1);
  });

  it('does not take what moves by itself for a change, nor report it', () => {
    const credential = (ageMs: number): { id: string } =>
      ({ id: 'c', kind: 'api-key', location: { path: '/x' }, issuedMs: 1, ageMs, usedBy: {} }) as {
        id: string;
      };
    const agent = (pids: readonly number[]): { id: string } =>
      ({ id: 'a', name: 'A', running: pids.map((pid) => ({ pid })) }) as { id: string };
    store.inventory.replace({ credential: [credential(1)], agent: [agent([1])] }, 10);
    expect(store.inventory.replace({ credential: [credential(2)] }, 20)).toEqual([]);
    // Who runs now is told, but is no change of the agent.
    expect(store.inventory.replace({ agent: [agent([2])] }, 20)).toHaveLength(1);
    expect(store.inventory.changes({ limit: 10 })).toEqual([]);
    expect(store.inventory.list('credential')[0]?.value).toMatchObject({ ageMs: 2 });
  });

  it('name who changed it, when somebody knows', () => {
    store.inventory.replace({ 'mcp-server': [server(['a'])] }, 10);
    const by = {
      agentId: 'codex',
      sessionId: 'codex:s1',
      eventId: 'e1',
      tool: 'apply_patch',
      timeMs: 19,
      confidence: 'high' as const,
    };
    store.inventory.replace({ 'mcp-server': [server(['b'])] }, 20, (kind, { path }) =>
      kind === 'mcp-server' && path === '/home/jane/.claude.json' ? by : undefined,
    );
    expect(store.inventory.changes({ limit: 1 })).toMatchObject([{ by }]);
  });
});

describe('diffBodies', () => {
  it('looks one level into objects and cuts long texts', () => {
    const fields = diffBodies(
      { settings: { mode: 'plan', same: 1 }, text: 'x'.repeat(500), gone: true, running: [1] },
      { settings: { mode: 'yolo', same: 1 }, text: 'y'.repeat(500), came: true, running: [2] },
    );
    expect(fields.map(({ field }) => field)).toEqual(['came', 'gone', 'settings.mode', 'text']);
    expect(fields[2]).toEqual({ field: 'settings.mode', before: 'plan', after: 'yolo' });
    expect(fields[3]?.after).toHaveLength(200);
  });

  it('is bounded and takes any value', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}`, n]));
    expect(diffBodies({}, many)).toHaveLength(20);
    for (const value of [null, undefined, 1, 'x', []]) expect(diffBodies(value, value)).toEqual([]);
  });
});
