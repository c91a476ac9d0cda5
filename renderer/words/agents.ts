import type { AgentRecord } from '../../collector/contract/agent.ts';

const KIND_WORDS: Readonly<Record<AgentRecord['kind'], string>> = {
  cli: 'command line',
  ide: 'editor',
  extension: 'editor extension',
  desktop: 'desktop app',
  runtime: 'runtime',
};

export function kindWords(kind: AgentRecord['kind']): string {
  return KIND_WORDS[kind];
}

/** The newest version among the places an agent is installed in; versions compare by their numbers. */
export function versionOf(agent: AgentRecord): string | undefined {
  const versions = agent.installs.flatMap((install) => install.version ?? []);
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

export const SANCTION_WORDS = {
  sanctioned: { words: 'Allowed', severity: 'ok' },
  unsanctioned: { words: 'Not allowed here', severity: 'high' },
  unknown: { words: 'Not decided yet', severity: 'informational' },
} as const;

/** Who uses it: the account's address, else its id. */
export function accountWords(agent: AgentRecord): string {
  return agent.accounts.map((account) => account.email ?? account.organization ?? account.id).join(', ');
}
