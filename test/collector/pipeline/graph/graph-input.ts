import { AGENTS } from '../../../../collector/agents/index.ts';
import type { Credential, McpServer } from '../../../../collector/contract/agent.ts';
import type { ResourceAccess, ResourceKind, ToolCategory } from '../../../../collector/contract/event.ts';
import type { Finding } from '../../../../collector/contract/finding.ts';
import type { Principal } from '../../../../collector/contract/identity.ts';
import type { Session, StoredEvent } from '../../../../collector/contract/stored.ts';
import type { GraphInput } from '../../../../collector/pipeline/graph/index.ts';

export const MAIN = 'claude-code:s1';
export const START = 1_795_000_000_000;

export function session(id = MAIN, more: Partial<Session> = {}): Session {
  return {
    id,
    agentId: id.slice(0, id.indexOf(':')),
    nativeId: id.slice(id.indexOf(':') + 1),
    cwd: '/home/ana/shop',
    models: ['model-a'],
    startedMs: START,
    lastEventMs: START + 60_000,
    counts: { prompts: 1, toolCalls: 1, toolErrors: 0, subagents: 0, mcpCalls: 0 },
    tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    actor: { user: 'ana', uid: 1000 },
    ...more,
  };
}

type Touched = readonly [kind: ResourceKind, value: string, access: ResourceAccess];

export interface CallOptions {
  readonly session?: string;
  readonly tool?: string;
  readonly category?: ToolCategory;
  readonly command?: string;
  readonly resources?: readonly Touched[];
  readonly mcpServer?: string;
}

let calls = 0;

export function call(second: number, options: CallOptions = {}): StoredEvent {
  const sessionId = options.session ?? MAIN;
  const callId = `call${calls++}`;
  return {
    id: `${sessionId}:tool.call:${callId}`,
    kind: 'tool.call',
    timeMs: START + second * 1_000,
    agentId: sessionId.slice(0, sessionId.indexOf(':')),
    sessionId,
    actor: { user: 'ana', uid: 1000 },
    tool: {
      name: options.tool ?? (options.command === undefined ? 'Read' : 'Bash'),
      category: options.category ?? 'shell',
      callId,
      ...(options.mcpServer === undefined ? {} : { mcpServer: options.mcpServer }),
    },
    ...(options.command === undefined ? {} : { input: { command: options.command } }),
    resources: (options.resources ?? []).map(([kind, value, access]) => ({ kind, value, access })),
    source: { path: '/home/ana/.claude/projects/x/s1.jsonl', offsetBytes: 0 },
  };
}

export function denied(of: StoredEvent): StoredEvent {
  return {
    id: `${of.id}:result`,
    kind: 'tool.result',
    timeMs: of.timeMs + 1,
    agentId: of.agentId,
    sessionId: of.sessionId,
    actor: of.actor,
    input: { callId: of.tool?.callId },
    outcome: { status: 'denied' },
    resources: [],
    source: of.source,
  };
}

export function principal(kind: Principal['kind'], name: string, more: Partial<Principal> = {}): Principal {
  return { id: `${kind}:${name}`, kind, name, isDefault: false, source: { path: '/home/ana/x' }, ...more };
}

export function server(name: string, more: Partial<McpServer> = {}): McpServer {
  return {
    id: `mcp-${name}`,
    agentIds: ['claude-code'],
    name,
    scope: 'user',
    configPath: '/home/ana/.claude.json',
    pointer: '/mcpServers',
    transport: 'stdio',
    envNames: [],
    headerNames: [],
    enabled: true,
    credentialIds: [],
    usedTools: [],
    ...more,
  };
}

export function credential(
  id: string,
  fingerprint: string,
  usedBy: Partial<Credential['usedBy']>,
): Credential {
  return {
    id,
    kind: 'api-key',
    provider: 'example',
    location: { path: `/home/ana/.${id}` },
    fingerprint,
    plaintext: true,
    usedBy: { agentIds: [], mcpServerIds: [], ...usedBy },
  };
}

export function finding(ruleId: string, eventIds: readonly string[]): Finding {
  return {
    id: `${ruleId}:1`,
    ruleId,
    ruleCode: 'B-01',
    severity: 'high',
    confidence: 'high',
    title: ruleId,
    why: '',
    subject: { kind: 'tool-call', value: '' },
    sessionId: MAIN,
    evidence: eventIds.map((eventId) => ({ eventId })),
    taxonomies: { attack: [], atlas: [], owasp: [] },
    bundles: [],
    controls: [],
    firstSeenMs: START,
    lastSeenMs: START,
    count: 1,
    status: 'open',
    advice: '',
    actions: [],
  };
}

export function graphInput(more: Partial<GraphInput> = {}): GraphInput {
  return {
    session: session(),
    subsessions: [],
    events: [],
    agents: [
      {
        id: 'claude-code',
        name: 'Claude Code',
        vendor: 'Anthropic',
        kind: 'cli',
        sanction: 'sanctioned',
        accounts: [{ id: 'acc-1', email: 'ana@example.com', organization: 'Example' }],
        installs: [],
        running: [],
        configFiles: [],
        settings: {},
      },
    ],
    mcpServers: [],
    credentials: [],
    principals: [],
    findings: [],
    otherSessions: [],
    specs: AGENTS,
    place: { home: '/home/ana', platform: 'linux' },
    device: { hostname: 'ana-laptop', os: 'Debian 12' },
    human: { name: 'Ana Example', emails: ['ana@example.com'] },
    ...more,
  };
}
