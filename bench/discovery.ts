import { readFileSync } from 'node:fs';
import { AGENTS } from '../collector/agents/index.ts';
import { discover } from '../collector/discovery/discover.ts';
import { classifySecret, findSecrets } from '../collector/pipeline/secrets/index.ts';
import { buildHome } from '../test/support/home-builder.ts';

const COUNT = 500;
const ROUNDS = 5;

const home = buildHome('linux');
const paths: string[] = [];
const server = (index: number): unknown => ({
  command: 'npx',
  args: ['-y', `@example/server-${index}@1.${index}.0`],
  env: { API_TOKEN: ['tok', index, 'x7Qm2Zr9Lw4Kp8'].join('_'), LOG_LEVEL: 'info' },
});
home.json('.claude.json', {
  mcpServers: Object.fromEntries(
    Array.from({ length: COUNT }, (_, index) => [`server-${index}`, server(index)]),
  ),
});
paths.push(home.at('.claude.json'));
const body = 'Read the issue, make a small change, run the tests, and say what you did. Use `npm test`.\n';
for (let index = 0; index < COUNT; index++) {
  const path = `.claude/skills/skill-${index}/SKILL.md`;
  home.text(path, `---\nname: skill-${index}\ndescription: Skill ${index}\n---\n${body.repeat(45)}`);
  paths.push(home.at(path));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const raw: number[] = [];
const scan: number[] = [];
let found = '';
for (let round = 0; round < ROUNDS; round++) {
  const rawStart = performance.now();
  for (const path of paths) readFileSync(path, 'utf8');
  raw.push(performance.now() - rawStart);

  const scanStart = performance.now();
  const inventory = await discover({
    homes: [home.context],
    specs: AGENTS,
    fingerprint: (value) => String(value.length),
    findSecrets: { classifySecret, findSecrets },
    clock: { nowMs: Date.now },
  });
  scan.push(performance.now() - scanStart);
  found = `${inventory.mcpServers.length} servers, ${inventory.assets.length} skills, ${inventory.credentials.length} credentials`;
}
home.remove();

const [rawMs, scanMs] = [median(raw), median(scan)];
console.log(
  `discovery: ${found} in ${scanMs.toFixed(0)} ms; reading the files alone ${rawMs.toFixed(0)} ms; ratio ${(scanMs / rawMs).toFixed(1)}`,
);
