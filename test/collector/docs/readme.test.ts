import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AGENTS } from '../../../collector/agents/index.ts';
import { RULES } from '../../../collector/rules/index.ts';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

it('names the number of rules there are, and every agent whose sessions are read', () => {
  expect(readme).toContain(`${RULES.length} rules`);
  for (const agent of AGENTS) if (agent.logs.length > 0) expect(readme).toContain(agent.name);
});
