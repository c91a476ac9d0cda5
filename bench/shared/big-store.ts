import type { StoredEvent } from '../../collector/contract/stored.ts';
import type { Store } from '../../collector/store/store.ts';
import { batch, finding } from '../../test/support/records.ts';
import { random } from './claude-corpus.ts';

export const BIG_SESSION = 'claude-code:big';
const OTHERS = 5_000;
/** Every so-many-th event belongs to the big session. */
const BIG_EVERY = 10;
const BATCH = 2_000;
const STEP_MS = 2_000;
const AT_ONCE = 5;

export interface BigStore {
  readonly events: number;
  /** Time of the last event. */
  readonly nowMs: number;
  /** A session of ordinary length. */
  readonly sessionId: string;
}

/**
 * Fills a store as some months of work do: sessions that run side by side, one of them with a tenth of all events;
 * tokens, findings, decisions, an inventory, records that were sent.
 */
export function fillBigStore(store: Store, events: number, startMs: number): BigStore {
  const next = random(5);
  const perSession = Math.ceil((events * (BIG_EVERY - 1)) / BIG_EVERY / OTHERS);
  let rows: StoredEvent[] = [];
  let calls = new Map<string, string>();
  const flush = (): void => {
    store.commit(
      batch({
        events: rows,
        usage: rows
          .filter(({ kind }) => kind === 'tool.call')
          .map(({ id, sessionId, timeMs }) => ({
            key: id,
            nativeSessionId: sessionId.slice('claude-code:'.length),
            timeMs,
            model: next() < 0.8 ? 'claude-opus-4-8' : 'claude-haiku-4-5',
            tokens: { input: 500, output: 900, cacheRead: 20_000, cacheWrite: 400 },
          })),
        sessions: [...new Set(rows.map(({ sessionId }) => sessionId))].map((id) => ({
          nativeId: id.slice('claude-code:'.length),
          cwd: `/home/ana/src/p${id.length % 20}`,
        })),
      }),
    );
    rows = [];
  };
  for (let n = 0; n < events; n++) {
    const small = Math.floor(n / (perSession * AT_ONCE)) * AT_ONCE + (n % AT_ONCE);
    const sessionId = n % BIG_EVERY === 0 ? BIG_SESSION : `claude-code:s${small}`;
    rows.push(eventOf(n, sessionId, startMs + n * STEP_MS, next, calls));
    if (rows.length >= BATCH) flush();
    if (calls.size > 10_000) calls = new Map();
  }
  flush();
  const nowMs = startMs + events * STEP_MS;
  fillDecisions(store, events, startMs, nowMs);
  return { events, nowMs, sessionId: 'claude-code:s2501' };
}

const PROGRAMS = [
  'npm test',
  'git status',
  'git push origin main',
  'rg -n word src',
  'curl -s https://api.example.com/v1',
];

function eventOf(
  n: number,
  sessionId: string,
  timeMs: number,
  next: () => number,
  calls: Map<string, string>,
): StoredEvent {
  const base = {
    timeMs,
    agentId: 'claude-code',
    sessionId,
    actor: { user: 'ana', uid: 1000 },
    source: { path: `/home/ana/.claude/projects/p/${sessionId.slice(12)}.jsonl`, offsetBytes: n * 700 },
  };
  const open = calls.get(sessionId);
  if (open !== undefined) {
    calls.delete(sessionId);
    return {
      ...base,
      id: `claude-code:tool.result:${open}`,
      kind: 'tool.result',
      input: { callId: open },
      outcome: { status: n % 40 === 0 ? 'error' : 'ok', durationMs: 300 },
      resources: [],
    };
  }
  if (next() < 0.04) {
    const input = { text: `Please look at part ${n} and mend what is broken there.`, origin: 'human' };
    return { ...base, id: `claude-code:prompt.submit:${n}`, kind: 'prompt.submit', input, resources: [] };
  }
  const callId = `toolu_${n.toString(36)}_${Math.floor(next() * 1e9).toString(36)}`;
  calls.set(sessionId, callId);
  const id = `claude-code:tool.call:${callId}`;
  const file = `/home/ana/src/p1/src/part-${Math.floor(next() * 3_000)}/file-${n % 7}.ts`;
  if (n % 3 === 0) {
    const command = `${PROGRAMS[n % PROGRAMS.length] ?? 'ls'} # step ${Math.floor(next() * 5_000)}`;
    return {
      ...base,
      id,
      kind: 'tool.call',
      tool: { name: 'Bash', category: 'shell', callId },
      input: { command, dialect: 'bash' },
      resources: [
        { kind: 'process', value: command.split(' ')[0] ?? '', access: 'execute' },
        ...(n % 5 === 4
          ? [{ kind: 'host' as const, value: 'api.example.com', access: 'connect' as const }]
          : []),
      ],
    };
  }
  const write = n % 4 === 0;
  return {
    ...base,
    id,
    kind: 'tool.call',
    tool: { name: write ? 'Edit' : 'Read', category: write ? 'write' : 'read', callId },
    input: { paths: [file], ...(write && { contentBytes: 900 }) },
    resources: [{ kind: 'file', value: file, access: write ? 'write' : 'read' }],
  };
}

const FINDINGS = 3_000;
const SEVERITIES = ['informational', 'low', 'medium', 'high'] as const;

function fillDecisions(store: Store, events: number, startMs: number, nowMs: number): void {
  const evidence = store.read.events({
    sessionId: BIG_SESSION,
    kind: 'tool.call',
    afterSeq: 0,
    limit: 1_000,
  });
  store.saveFindings(
    Array.from({ length: FINDINGS }, (_, n) => {
      const timeMs = startMs + Math.floor((n * (nowMs - startMs)) / FINDINGS);
      return finding(`f${n}`, {
        severity: SEVERITIES[n % SEVERITIES.length] ?? 'low',
        status: n % 3 === 0 ? 'acknowledged' : 'open',
        ...(n % 5 === 0 ? { sessionId: BIG_SESSION } : { sessionId: `claude-code:s${n}` }),
        evidence: [{ eventId: evidence[n % 1_000]?.event.id ?? '' }],
        firstSeenMs: timeMs,
        lastSeenMs: timeMs,
      });
    }),
  );
  const item = (n: number): string => n.toString().padStart(4, '0');
  store.inventory.replace(
    {
      agent: Array.from({ length: 20 }, (_, n) => ({
        id: n === 0 ? 'claude-code' : `agent-${n}`,
        name: `Agent ${n}`,
        vendor: 'Example',
        kind: 'cli',
        sanction: 'unknown',
        accounts: [],
        installs: [{ path: `/usr/bin/agent-${n}`, method: 'npm' }],
        running: [],
        configFiles: [],
        settings: {},
      })),
      'mcp-server': Array.from({ length: 200 }, (_, n) => ({
        id: `mcp-${item(n)}`,
        agentIds: ['claude-code'],
        name: `server ${n}`,
        scope: 'user',
        configPath: '/home/ana/.claude.json',
        pointer: `/mcpServers/server ${n}`,
        transport: 'stdio',
        command: 'npx',
        args: ['-y', `@example/server-${n}`],
        envNames: [],
        headerNames: [],
        enabled: true,
        credentialIds: [],
        usedTools: [],
      })),
      asset: Array.from({ length: 500 }, (_, n) => ({
        id: `asset-${item(n)}`,
        kind: 'skill',
        name: `skill ${n}`,
        agentIds: ['claude-code'],
        scope: 'user',
        path: `/home/ana/.claude/skills/s${n}/SKILL.md`,
        sha256: 'a'.repeat(64),
      })),
    },
    nowMs,
  );
  store.approvals.sync(
    Array.from({ length: 700 }, (_, n) => ({
      id: `asset-${item(n)}`,
      kind: 'skill' as const,
      name: `skill ${n}`,
      agentIds: ['claude-code'],
      sha256: 'a'.repeat(64),
      detail: 'a skill',
    })),
    nowMs,
  );
  for (let n = 0; n < 50; n++) {
    store.sent.add({
      timeMs: nowMs - n * 60_000,
      endpoint: 'https://receiver.example.com/v1/logs',
      mode: 'metadata',
      status: 'accepted',
      wireBytes: 9_000,
      records: Array.from({ length: 100 }, (_, m) => ({
        uid: `u${n}-${m}`,
        name: 'tool.call',
        severity: 'informational',
        attributes: { 'gen_ai.tool.name': 'Bash' },
        body: JSON.stringify({ text: 'x'.repeat(700) }),
      })),
    });
  }
  for (let n = 0; n < 1_000; n++) {
    store.recordAction({
      timeMs: nowMs,
      actor: { user: 'ana', via: 'app' },
      action: 'finding.acknowledge',
      target: { kind: 'finding', id: `f${n % events}` },
      result: { status: 'done', detail: 'It is acknowledged.', processes: [] },
    });
  }
}
