import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AGENTS } from '../../../collector/agents/index.ts';
import { BASELINE_RULES } from '../../../collector/rules/baselines.ts';
import { RULES } from '../../../collector/rules/index.ts';
import { PROCESS_RULES } from '../../../collector/rules/processes.ts';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

it('names the number of rules there are, and every agent whose sessions are read', () => {
  const rules = RULES.length + PROCESS_RULES.length + BASELINE_RULES.length;
  expect(readme).toContain(`${rules} rules`);
  for (const agent of AGENTS) if (agent.logs.length > 0) expect(readme).toContain(agent.name);
});
