import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { AGENTS } from '../../collector/agents/index.ts';
import type { Inventory } from '../../collector/discovery/inventory.ts';
import { LookMemory } from '../../collector/discovery/parts.ts';
import { InventoryWatch } from '../../collector/inventory-watch.ts';
import { discoverHome } from '../support/discover-home.ts';
import { buildHome, type HomeBuilder } from '../support/home-builder.ts';

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const undo of cleanup.splice(0).reverse()) undo();
});

interface Watched {
  readonly home: HomeBuilder;
  readonly looks: (ReadonlySet<string> | undefined)[];
  readonly inventory: () => Inventory;
}

/** A real home, watched, whose inventory is taken whenever the watch wants it. */
async function watched(fill: (home: HomeBuilder) => void, costMs = 0): Promise<Watched> {
  const home = buildHome();
  cleanup.push(() => {
    home.remove();
  });
  fill(home);
  const memory = new LookMemory();
  const looks: (ReadonlySet<string> | undefined)[] = [];
  let latest = await discoverHome(home, { memory });
  let nowMs = 0;
  const watch = new InventoryWatch({
    home: home.context,
    specs: AGENTS,
    monotonicMs: () => performance.now() + nowMs,
    onError: (error) => {
      throw error;
    },
    async look(changed) {
      looks.push(changed);
      nowMs += costMs;
      if (changed === undefined) memory.forgetAll();
      else memory.forget(changed);
      const before = JSON.stringify(latest);
      latest = await discoverHome(home, { memory });
      watch.looked(latest, before === JSON.stringify(latest) ? 0 : 1);
    },
  });
  cleanup.push(() => {
    watch.close();
  });
  watch.looked(latest, 1);
  return { home, looks, inventory: () => latest };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

describe('InventoryWatch', () => {
  it('sees changed, new and removed files of every kind by notice alone', async () => {
    let shop = '';
    const { home, inventory } = await watched((built) => {
      const folder = built.project('shop').text('AGENTS.md', 'one');
      shop = folder.dir;
      built.json('.claude.json', { mcpServers: { a: { command: 'a' } }, projects: { [folder.dir]: {} } });
      built.text('.claude/skills/deploy/SKILL.md', '# deploy');
    });
    const names = (): string =>
      inventory()
        .mcpServers.map(({ name }) => name)
        .sort()
        .join();
    const skills = (): string =>
      inventory()
        .assets.flatMap(({ kind, name }) => (kind === 'skill' ? [name] : []))
        .sort()
        .join();

    home.json('.claude.json', {
      mcpServers: { a: { command: 'a' }, b: { command: 'b' } },
      projects: { [shop]: {} },
    });
    await until(() => names() === 'a,b');
    // A file that was not there, in a folder that was not there.
    home.json('.cursor/mcp.json', { mcpServers: { c: { command: 'c' } } });
    await until(() => names() === 'a,b,c');
    home.project('shop').json('.mcp.json', { mcpServers: { d: { command: 'd' } } });
    await until(() => names() === 'a,b,c,d');
    home.text('.claude/skills/second/SKILL.md', '# second');
    await until(() => skills() === 'deploy,second');
    // Settings that were not there, in a folder of which only deeper ones hold something known.
    home.json('.claude/settings.json', { model: 'other' });
    await until(() => JSON.stringify(inventory().agents).includes('"other"'));
    // More in the folder of a skill makes it another one.
    const tree = inventory().assets.find(({ name }) => name === 'deploy')?.treeSha256;
    home.text('.claude/skills/deploy/helper.sh', 'echo');
    await until(() => inventory().assets.find(({ name }) => name === 'deploy')?.treeSha256 !== tree);
    const { rmSync } = await import('node:fs');
    rmSync(home.at('.claude/skills/second'), { recursive: true });
    await until(() => skills() === 'deploy');
  });

  it('is not moved by what agents write all the time', async () => {
    const { home, looks, inventory } = await watched((built) => {
      built.json('.claude.json', { mcpServers: { a: { command: 'a' } } });
      built.json('.claude/settings.json', {});
    });
    for (let n = 0; n < 20; n++) {
      home.text('.claude/history.jsonl', `${n}`).text('notes.txt', `${n}`);
      await sleep(5);
    }
    home.json('.claude.json', { mcpServers: { b: { command: 'b' } } });
    await until(() => inventory().mcpServers[0]?.name === 'b');
    expect(looks.length).toBeLessThanOrEqual(2);
    expect(
      [...looks].every((changed) => changed !== undefined && !changed.has(home.at('.claude/history.jsonl'))),
    ).toBe(true);
  });

  it('looks ever more seldom at a file whose changes change nothing', async () => {
    const { home, looks } = await watched((built) => {
      built.json('.claude.json', { mcpServers: { a: { command: 'a' } }, numStartups: 0 });
    });
    const start = performance.now();
    let n = 0;
    while (performance.now() - start < 1_500) {
      home.json('.claude.json', { mcpServers: { a: { command: 'a' } }, numStartups: (n += 1) });
      await sleep(10);
    }
    expect(n).toBeGreaterThan(10);
    // At once, after half a second, after one second more.
    expect(looks.length).toBeLessThanOrEqual(5);
  });

  it('rests when looking costs too much', async () => {
    const { home, looks } = await watched((built) => {
      built.json('.claude.json', { mcpServers: {} });
    }, 100_000);
    for (let n = 0; n < 10; n++) {
      home.json('.claude.json', { mcpServers: { [`s${n}`]: { command: 'x' } } });
      await sleep(60);
    }
    expect(looks.length).toBe(1);
  });
});
