import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inventory } from '../../../collector/discovery/inventory.ts';
import { LookMemory } from '../../../collector/discovery/parts.ts';
import { type BigHome, buildBigHome } from '../../support/big-home.ts';
import { discoverHome } from '../../support/discover-home.ts';

let big: BigHome;
let inventory: Inventory;
const memory = new LookMemory();
beforeAll(async () => {
  big = buildBigHome();
  inventory = await discoverHome(big.home, { memory });
}, 60_000);
afterAll(() => {
  big.home.remove();
});

describe('a home with every product, 500 servers, 500 skills and 300 projects', () => {
  it('is found completely, and nothing else', () => {
    const { agents, mcpServers, assets, projects, credentials, health } = inventory;
    expect(agents.map(({ id }) => id).sort()).toEqual(big.truth.agentIds);
    expect(agents.length).toBeGreaterThanOrEqual(59);
    expect(mcpServers.map(({ name, configPath }) => `${name} ${configPath}`).sort()).toEqual(
      big.truth.servers,
    );
    expect(mcpServers).toHaveLength(500);
    expect(mcpServers.every(({ package: spec }) => spec?.pinned === true)).toBe(true);
    expect(assets.flatMap(({ kind, path }) => (kind === 'skill' ? [path] : [])).sort()).toEqual(
      big.truth.skills,
    );
    expect([...projects].sort()).toEqual([...big.truth.projects].sort());
    expect(credentials).toHaveLength(big.truth.credentials);
    expect(health).toEqual([]);
  });

  it('is the same when it is remembered instead of read', async () => {
    expect(await discoverHome(big.home, { memory })).toEqual(inventory);
  });

  it('shows each kind of change after being told only where it happened', async () => {
    const shows = big.changes.map((change, n) => change(n));
    // Where the notices of the system would point.
    memory.forget(
      new Set([
        big.home.at('.claude.json'),
        big.home.at('.claude/settings.json'),
        big.home.at('.claude/skills'),
        big.home.at('work'),
      ]),
    );
    const now = await discoverHome(big.home, { memory });
    const all = JSON.stringify([now.mcpServers, now.assets, now.agents]);
    for (const text of shows) expect(all).toContain(text);
  });
});
