import { AGENTS } from '../collector/agents/index.ts';
import { takeInventory } from '../collector/inventory-task.ts';
import { keepHeapSmall } from '../collector/lib/memory.ts';
import { RULES } from '../collector/rules/index.ts';
import { buildBigHome } from '../test/support/big-home.ts';

const ROUNDS = 12;

keepHeapSmall();

const { home, truth } = buildBigHome();
const baseMb = process.memoryUsage().rss / 2 ** 20;
const rows: { readonly ms: number; readonly cpuMs: number }[] = [];
let found = '';
for (let round = 0; round < ROUNDS; round++) {
  const start = performance.now();
  const before = process.cpuUsage();
  const { inventory, findings } = await takeInventory({
    homes: [home.context],
    specs: AGENTS,
    rules: RULES,
    fingerprint: (value) => String(value.length),
    nowMs: Date.now,
    maxProjects: 500,
    projectsFromSessions: [],
    onRuleFailed: (rule) => {
      console.log(`rule ${rule} failed`);
    },
  });
  const { user, system } = process.cpuUsage(before);
  rows.push({ ms: performance.now() - start, cpuMs: (user + system) / 1_000 });
  found = `${inventory.agents.length} agents, ${inventory.mcpServers.length} servers, ${inventory.assets.length} assets, ${inventory.credentials.length} credentials, ${inventory.projects.length} projects, ${findings.length} findings`;
}
home.remove();

const [cold, ...warm] = rows;
const best = warm.reduce((a, b) => (a.cpuMs <= b.cpuMs ? a : b));
console.log(`inventory: ${found} (truth: ${truth.agentIds.length} agents, ${truth.servers.length} servers)`);
console.log(
  `inventory: first ${cold?.cpuMs.toFixed(0) ?? ''} ms of CPU; warm ${best.cpuMs.toFixed(0)} ms of CPU, ${best.ms.toFixed(0)} ms; memory ${(process.resourceUsage().maxRSS / 1_024).toFixed(0)} MB at the peak, ${baseMb.toFixed(0)} MB before`,
);
