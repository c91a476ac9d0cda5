import type { AgentRecord, Asset, Credential, McpServer } from '../contract/agent.ts';
import type { Finding, Severity } from '../contract/finding.ts';

const ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'informational'];

/** Worst open finding about each thing of the inventory, by the id of the thing. */
export type WorstById = ReadonlyMap<string, Severity>;

/** Things with the worst findings first; among equals the order stays. */
export function worstFirst<T extends { readonly id: string }>(
  things: readonly T[],
  worst: WorstById,
): readonly T[] {
  const rank = ({ id }: T): number => {
    const severity = worst.get(id);
    return severity === undefined ? ORDER.length : ORDER.indexOf(severity);
  };
  return [...things].sort((a, b) => rank(a) - rank(b));
}

export function worstOfAgents(agents: readonly AgentRecord[], findings: readonly Finding[]): WorstById {
  return worstBy(agents, findings, ({ id }, { subject }) => subject.agentId === id);
}

export function worstOfServers(servers: readonly McpServer[], findings: readonly Finding[]): WorstById {
  return worstBy(
    servers,
    findings,
    ({ name, configPath }, { subject, evidence }) =>
      subject.kind === 'mcp-server' &&
      subject.value.includes(name) &&
      evidence.some(({ path }) => path === configPath),
  );
}

export function worstOfCredentials(
  credentials: readonly Credential[],
  findings: readonly Finding[],
): WorstById {
  return worstBy(
    credentials,
    findings,
    ({ location }, { subject, evidence }) =>
      (subject.kind === 'credential' || subject.kind === 'config') &&
      evidence.some(
        ({ path, line }) => path === location.path && (line === undefined || line === location.line),
      ),
  );
}

export function worstOfAssets(assets: readonly Asset[], findings: readonly Finding[]): WorstById {
  return worstBy(
    assets,
    findings,
    ({ path }, { subject, evidence }) =>
      subject.kind === 'asset' && (subject.value === path || evidence.some((one) => one.path === path)),
  );
}

function worstBy<T extends { readonly id: string }>(
  things: readonly T[],
  findings: readonly Finding[],
  isAbout: (thing: T, finding: Finding) => boolean,
): WorstById {
  const open = findings
    .filter(({ status }) => status !== 'resolved')
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return new Map(
    things.flatMap((thing) => {
      const worst = open.find((finding) => isAbout(thing, finding));
      return worst === undefined ? [] : [[thing.id, worst.severity] as const];
    }),
  );
}
