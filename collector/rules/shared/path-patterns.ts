import { AGENT_CREDENTIALS } from './path-patterns/agent-credentials.ts';
import { AGENT_FILES } from './path-patterns/agent-files.ts';
import { AGENT_INSTRUCTIONS } from './path-patterns/agent-instructions.ts';
import { MACHINE_ACCESS } from './path-patterns/machine-access.ts';
import { PROJECT_SECRETS } from './path-patterns/project-secrets.ts';
import { REPOSITORY } from './path-patterns/repository.ts';
import { RUN_LATER } from './path-patterns/run-later.ts';
import { SERVICE_CREDENTIALS } from './path-patterns/service-credentials.ts';
import { SYSTEM } from './path-patterns/system.ts';
import { VAULTS } from './path-patterns/vaults.ts';
import type { PathPattern } from './path-patterns/pattern.ts';

/**
 * Files that matter by name, most particular first; the first hit decides, so the order of the themes counts.
 * Lower case, forward slashes. One table for all three OSes: a path of another OS (WSL, a mounted disk, a backup) is as
 * sensitive there. Facts: vendor documentation of each product, collected 2026-11-22.
 */
export const PATH_PATTERNS: readonly PathPattern[] = [
  ...MACHINE_ACCESS,
  ...VAULTS,
  ...AGENT_CREDENTIALS,
  ...SERVICE_CREDENTIALS,
  ...PROJECT_SECRETS,
  ...AGENT_INSTRUCTIONS,
  ...AGENT_FILES,
  ...RUN_LATER,
  ...REPOSITORY,
  ...SYSTEM,
];
