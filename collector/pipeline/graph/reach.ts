import type { Credential, McpServer } from '../../contract/agent.ts';
import type { Principal } from '../../contract/identity.ts';
import type { Reachable } from '../../contract/graph.ts';
import type { ProcessEnvironment } from '../../contract/process-environment.ts';
import type { GraphInput } from './input.ts';
import type { Survey } from './survey.ts';
import { byText } from './tally.ts';

/** A credential the session's agent could use, by itself or through a server it may call. */
export interface UsableCredential {
  readonly credential: Credential;
  readonly servers: readonly McpServer[];
  readonly byAgent: boolean;
  /** Names of the variables it stands in, in the environment of the agent's process. */
  readonly variables: readonly string[];
}

/** Servers that the session's agent may call: configured for it and not switched off. */
export function serversOf(input: GraphInput): readonly McpServer[] {
  return input.mcpServers.filter(
    (server) =>
      server.agentIds.includes(input.session.agentId) && server.enabled && server.approval !== 'rejected',
  );
}

export function usableCredentials(input: GraphInput): readonly UsableCredential[] {
  const servers = new Map(serversOf(input).map((server) => [server.id, server]));
  const variables = new Map<string, string[]>();
  for (const { fingerprint, name } of input.environment?.credentials ?? [])
    variables.set(fingerprint, [...(variables.get(fingerprint) ?? []), name]);
  const inFiles = input.credentials.flatMap((credential): UsableCredential[] => {
    const through = credential.usedBy.mcpServerIds.flatMap((id) => servers.get(id) ?? []);
    const byAgent = credential.usedBy.agentIds.includes(input.session.agentId);
    const set = variables.get(credential.fingerprint) ?? [];
    return byAgent || through.length > 0 || set.length > 0
      ? [{ credential, servers: through, byAgent, variables: set }]
      : [];
  });
  const known = new Set(inFiles.map(({ credential }) => credential.fingerprint));
  const inEnvironmentOnly = (input.environment?.credentials ?? [])
    .filter(({ fingerprint }, at, all) => {
      const first = all.findIndex((other) => other.fingerprint === fingerprint) === at;
      return first && !known.has(fingerprint);
    })
    .map((found): UsableCredential => ({
      credential: inEnvironment(found, input.session.agentId),
      servers: [],
      byAgent: false,
      variables: variables.get(found.fingerprint) ?? [],
    }));
  return [...inFiles, ...inEnvironmentOnly].sort((a, b) => byText(a.credential.id, b.credential.id));
}

/** A secret that stands in no file that was looked at. */
function inEnvironment(
  { name, kind, provider, principal, expiresMs, fingerprint }: ProcessEnvironment['credentials'][number],
  agentId: string,
): Credential {
  return {
    id: `env:${name}:${fingerprint}`,
    kind,
    provider,
    ...(principal === undefined ? {} : { principal }),
    ...(expiresMs === undefined ? {} : { expiresMs }),
    location: { path: 'environment', envVar: name },
    fingerprint,
    plaintext: true,
    usedBy: { agentIds: [agentId], mcpServerIds: [] },
  };
}

/** `in the environment of the session: GH_TOKEN`; empty when it is not there. */
export function environmentNote(variables: readonly string[]): string {
  return variables.length === 0 ? '' : `environment: ${[...variables].sort(byText).join(', ')}`;
}

/** What a principal could open, for a person; `undefined` for one that opens nothing by itself. */
export function reachOf(principal: Principal): string | undefined {
  const { name, account, user, host, role, scope } = principal;
  const as = user === undefined ? '' : ` as ${user}`;
  switch (principal.kind) {
    case 'aws-profile':
      return account === undefined
        ? `AWS, as profile ${name}`
        : `AWS account ${account}${role === undefined ? '' : ` in role ${role}`}`;
    case 'aws-sso-session':
      return `AWS accounts of ${host ?? name}`;
    case 'gcloud-configuration':
    case 'gcloud-adc':
      return `Google Cloud${account === undefined ? '' : ` project ${account}`}${as}`;
    case 'azure-subscription':
      return `Azure subscription ${name}${as}`;
    case 'kube-context':
      return `Kubernetes cluster ${account ?? host ?? name}${as}${scope === undefined ? '' : `, namespace ${scope}`}`;
    case 'github-login':
    case 'gitlab-login':
      return `repositories at ${host ?? name}${as}`;
    case 'git-credential':
      return host === undefined ? undefined : `repositories at ${host}${as}`;
    case 'git-identity':
    case 'terraform-workspace':
      return undefined;
    case 'npm-registry':
    case 'pypi-registry':
      return `packages at ${host ?? name}${as}`;
    case 'docker-registry':
      return `images at ${host ?? name}${as}`;
    case 'ssh-host':
      return `server ${user === undefined ? '' : `${user}@`}${host ?? name}`;
    case 'terraform-host':
      return `Terraform at ${host ?? name}`;
    case 'vault-server':
      return `secrets in Vault ${host ?? name}`;
    case 'netrc-host':
      return `${host ?? name}${as}`;
    case 'database-login':
      return `database ${name}`;
  }
}

/** What a credential could open: its provider says that much, and nothing more is claimed. */
export function reachOfCredential(credential: Credential): string {
  const as = credential.principal === undefined ? '' : ` as ${credential.principal}`;
  const scopes = credential.scopes === undefined ? '' : ` (${credential.scopes.slice(0, 5).join(', ')})`;
  return `${credential.provider}${as}${scopes}`;
}

/** Seen acting first, then production, then defaults. */
export function rankPrincipals(input: GraphInput, used: ReadonlySet<string>): readonly Principal[] {
  const rank = (principal: Principal): number =>
    (used.has(principal.id) ? 0 : 4) +
    (principal.production === true ? 0 : 2) +
    (principal.isDefault ? 0 : 1);
  return input.principals
    .filter((principal) => reachOf(principal) !== undefined)
    .sort((a, b) => rank(a) - rank(b) || byText(a.id, b.id));
}

export function usedPrincipalIds(survey: Survey): ReadonlySet<string> {
  return new Set(survey.uses.flatMap(({ use }) => (use.principalId === undefined ? [] : [use.principalId])));
}

/** Everything the session's agent could have reached, known from configuration: possibilities, not events. */
export function couldReach(input: GraphInput, survey: Survey): readonly Reachable[] {
  const used = usedPrincipalIds(survey);
  const credentials = usableCredentials(input).map(
    ({ credential, servers, byAgent, variables }): Reachable => ({
      from: `${credential.kind} in ${credential.location.path === 'environment' ? `the environment (${variables.join(', ')})` : credential.location.path}`,
      could: reachOfCredential(credential),
      why: whyUsable({ servers, byAgent, variables }),
      used: false,
    }),
  );
  const principals = rankPrincipals(input, used).map((principal): Reachable => ({
    from: `${principal.kind} ${principal.name}`,
    could: reachOf(principal) ?? principal.name,
    why: used.has(principal.id)
      ? 'a command acted as it'
      : principal.isDefault
        ? 'it is the default of this account'
        : 'this account can choose it',
    used: used.has(principal.id),
    ...(principal.production === undefined ? {} : { production: principal.production }),
  }));
  return [...principals, ...credentials];
}

function whyUsable({ servers, byAgent, variables }: Omit<UsableCredential, 'credential'>): string {
  if (variables.length > 0) return 'the agent and all it starts have it in their environment';
  return byAgent ? 'the agent holds it' : `MCP server ${servers[0]?.name ?? ''} holds it`;
}
