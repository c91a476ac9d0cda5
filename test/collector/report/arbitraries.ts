import * as fc from 'fast-check';
import { AGENT_KINDS, SCOPES } from '../../../collector/contract/agent.ts';
import {
  EVENT_KINDS,
  RESOURCE_ACCESS,
  RESOURCE_KINDS,
  TOOL_CATEGORIES,
} from '../../../collector/contract/event.ts';
import { BUNDLES, CONFIDENCES, SEVERITIES, type Finding } from '../../../collector/contract/finding.ts';
import type { InventoryItem, ReportItem } from '../../../collector/contract/report.ts';
import type { StoredEvent } from '../../../collector/contract/stored.ts';
import type { OcsfContext } from '../../../collector/report/ocsf.ts';

/** Text as logs hold it: words, paths, addresses, commands, and anything at all. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '/home/alice/src/app/main.ts',
    'C:\\Users\\alice\\app.ts',
    'https://user:pw@api.example.com:8443/v1?q=1#x',
    'git@example.com:team/app.git',
    '192.0.2.7',
    '[2001:db8::1]:443',
    'fe80::1%eth0',
    'TOKEN=x /usr/bin/curl -d @file https://example.com | sh',
    'inline\nlines\u0000\u001b[31m',
    '__proto__',
  ),
);
const word = fc.constantFrom(
  'human',
  'agent',
  'system',
  'allow',
  'deny',
  'ask',
  'rule',
  'kill',
  'cwd',
  'mode',
);
const timeMs = fc.integer({ min: 0, max: 4_102_444_800_000 });
const count = fc.nat();
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** A record whose optional members are absent, never undefined: what zod and JSON give. */
function record<T>(
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<T> {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) }) as fc.Arbitrary<T>;
}

const actor = record<StoredEvent['actor']>({ user: text }, { uid: fc.nat(), account: text });

const input = fc.dictionary(
  fc.constantFrom(
    'command',
    'cwd',
    'paths',
    'programs',
    'url',
    'query',
    'text',
    'args',
    'content',
    'change',
    'from',
    'to',
    'reason',
    'origin',
    'decision',
    'by',
    'callId',
    'action',
    'target',
    'host',
    'address',
    'port',
    'pid',
    'parentPid',
    'startTimeMs',
    'name',
    'executable',
  ),
  fc.oneof(
    text,
    word,
    fc.array(text, { maxLength: 3 }),
    fc.integer(),
    fc.double(),
    fc.jsonValue({ maxDepth: 3 }),
  ),
  { maxKeys: 12 },
);

export const storedEvent = record<StoredEvent>(
  {
    id: fc.string({ minLength: 1 }),
    kind: fc.constantFrom(...EVENT_KINDS),
    timeMs,
    agentId: fc.constantFrom('claude-code', 'codex', ''),
    sessionId: text,
    actor,
    resources: fc.array(
      fc.record({
        kind: fc.constantFrom(...RESOURCE_KINDS),
        value: text,
        access: fc.constantFrom(...RESOURCE_ACCESS),
      }),
      { maxLength: 5 },
    ),
    source: fc.record({ path: text, offsetBytes: count }),
  },
  {
    parentSessionId: text,
    tool: record(
      { name: text, category: fc.constantFrom(...TOOL_CATEGORIES), callId: text },
      { mcpServer: text, mcpTool: text },
    ),
    input,
    outcome: record(
      { status: fc.constantFrom('ok', 'error', 'denied', 'interrupted') },
      { exitCode: fc.integer(), durationMs: fc.double({ min: 0, max: 1e9, noNaN: true }), sizeBytes: count },
    ),
  },
);

export const finding = record<Finding>({
  id: fc.string({ minLength: 1 }),
  ruleId: fc.constantFrom('exec.reverse-shell', 'posture.bypass'),
  ruleCode: fc.constantFrom('B-13', 'P-01', 'I-02'),
  severity: fc.constantFrom(...SEVERITIES),
  confidence: fc.constantFrom(...CONFIDENCES),
  title: text,
  why: text,
  subject: record(
    {
      kind: fc.constantFrom(
        'tool-call',
        'session',
        'mcp-server',
        'agent',
        'credential',
        'asset',
        'process',
        'config',
      ),
      value: text,
    },
    { agentId: text, cwd: text },
  ),
  evidence: fc.array(
    record({}, { eventId: text, toolCallId: text, path: text, line: count, excerpt: text }),
    { maxLength: 3 },
  ),
  taxonomies: fc.record({
    attack: fc.array(fc.constantFrom('T1059', 'T1059.004', 'TA0002'), { maxLength: 3 }),
    atlas: fc.array(fc.constantFrom('AML.T0051', 'AML.T0051.001', 'AML.TA0005'), { maxLength: 3 }),
    owasp: fc.array(fc.constantFrom('LLM01', 'ASI02'), { maxLength: 2 }),
  }),
  bundles: fc.uniqueArray(fc.constantFrom(...BUNDLES), { maxLength: 3 }),
  controls: fc.array(text, { maxLength: 3 }),
  firstSeenMs: timeMs,
  lastSeenMs: timeMs,
  count: fc.nat(),
  status: fc.constantFrom('open', 'acknowledged', 'suppressed', 'resolved'),
  advice: text,
  actions: fc.array(text, { maxLength: 2 }),
}).chain((base) =>
  maybe(text).map((session) => (session === undefined ? base : { ...base, sessionId: session })),
);

const tokens = fc.record({ input: count, output: count, cacheRead: count, cacheWrite: count });

const session = record(
  {
    id: text,
    agentId: text,
    nativeId: text,
    models: fc.array(text, { maxLength: 2 }),
    startedMs: timeMs,
    lastEventMs: timeMs,
    counts: fc.record({
      prompts: count,
      toolCalls: count,
      toolErrors: count,
      subagents: count,
      mcpCalls: count,
    }),
    tokens,
    actor,
  },
  {
    cwd: text,
    repository: text,
    gitBranch: text,
    agentVersion: text,
    permissionMode: text,
    parentSessionId: text,
  },
);

const agent = record(
  {
    id: text,
    name: text,
    vendor: text,
    kind: fc.constantFrom(...AGENT_KINDS),
    sanction: fc.constantFrom('sanctioned', 'unsanctioned', 'unknown'),
    accounts: fc.array(record({ id: text }, { email: text }), { maxLength: 2 }),
    installs: fc.array(record({ path: text, method: text }, { version: text }), { maxLength: 2 }),
    running: fc.array(fc.record({ pid: count, startTimeMs: timeMs }), { maxLength: 2 }),
    configFiles: fc.array(fc.record({ path: text, scope: fc.constantFrom(...SCOPES) }), { maxLength: 2 }),
    settings: fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
  },
  { where: text, firstSeenMs: timeMs, lastUsedMs: timeMs, permissionMode: text },
);

const server = record(
  {
    id: text,
    agentIds: fc.array(text, { maxLength: 2 }),
    name: text,
    scope: fc.constantFrom(...SCOPES),
    configPath: text,
    pointer: text,
    transport: fc.constantFrom('stdio', 'http', 'sse'),
    envNames: fc.array(text, { maxLength: 2 }),
    headerNames: fc.array(text, { maxLength: 2 }),
    enabled: fc.boolean(),
    credentialIds: fc.array(text, { maxLength: 2 }),
    usedTools: fc.array(fc.record({ name: text, calls: count, lastUsedMs: timeMs }), { maxLength: 2 }),
  },
  {
    command: text,
    args: fc.array(text, { maxLength: 3 }),
    url: text,
    package: record(
      {
        ecosystem: fc.constantFrom('npm', 'pypi', 'docker', 'git', 'go', 'cargo', 'other'),
        name: text,
        pinned: fc.boolean(),
      },
      { version: text },
    ),
    autoApproved: fc.array(text, { maxLength: 2 }),
  },
);

const credential = record(
  {
    id: text,
    kind: text,
    provider: text,
    location: record({ path: text }, { pointer: text, line: count, envVar: text }),
    fingerprint: text,
    plaintext: fc.boolean(),
    usedBy: fc.record({
      agentIds: fc.array(text, { maxLength: 2 }),
      mcpServerIds: fc.array(text, { maxLength: 2 }),
    }),
  },
  { principal: text, scopes: fc.array(text, { maxLength: 2 }), fileMode: text, expiresMs: timeMs },
);

const asset = record(
  {
    id: text,
    kind: fc.constantFrom('skill', 'plugin', 'hook', 'command', 'subagent', 'instructions', 'extension'),
    name: text,
    agentIds: fc.array(text, { maxLength: 2 }),
    scope: fc.constantFrom(...SCOPES),
    path: text,
  },
  { sha256: text, modifiedMs: timeMs },
);

export const inventoryItem = fc.oneof(
  fc.record({ type: fc.constant('session'), observedMs: timeMs, session }),
  fc.record({ type: fc.constant('agent'), observedMs: timeMs, agent }),
  fc.record({ type: fc.constant('mcp-server'), observedMs: timeMs, server }),
  fc.record({ type: fc.constant('credential'), observedMs: timeMs, credential }),
  fc.record({ type: fc.constant('asset'), observedMs: timeMs, asset }),
  fc.record({
    type: fc.constant('health'),
    observedMs: timeMs,
    resolved: fc.boolean(),
    health: record({ code: text, severity: fc.constantFrom(...SEVERITIES), text }, { sinceMs: timeMs }),
  }),
  fc.record({
    type: fc.constant('counts'),
    observedMs: timeMs,
    counts: fc.record({
      dayStartMs: timeMs,
      agents: fc.array(
        fc.record({
          agentId: text,
          sessions: count,
          prompts: count,
          toolCalls: count,
          toolErrors: count,
          mcpCalls: count,
        }),
        { maxLength: 2 },
      ),
      dropped: fc.dictionary(fc.constantFrom('queue-age', '413'), count),
    }),
  }),
) as fc.Arbitrary<InventoryItem>;

export const reportItem: fc.Arbitrary<ReportItem> = fc.oneof(
  { weight: 3, arbitrary: storedEvent.map((event) => ({ type: 'event' as const, event })) },
  { weight: 1, arbitrary: finding.map((one) => ({ type: 'finding' as const, finding: one })) },
  { weight: 1, arbitrary: inventoryItem },
);

export const CONTEXT: OcsfContext = {
  productVersion: '0.1.0',
  device: { uid: 'host-1', hostname: 'lap-42', platform: 'linux', osVersion: '12' },
  agentNames: new Map([['claude-code', 'Claude Code']]),
};
