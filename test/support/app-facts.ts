import { Finding } from '../../collector/contract/finding.ts';
import { Overview, type RunningSession, STRIP_BUCKETS } from '../../collector/contract/overview.ts';
import type { MenuFacts } from '../../app/menu-model.ts';

export function session(over: Partial<RunningSession> = {}): RunningSession {
  return {
    sessionId: 'claude-code:7b40',
    agentId: 'claude-code',
    agentName: 'Claude Code',
    project: 'harbour',
    user: 'ana',
    startedMs: 1,
    lastEventMs: 2,
    toolCalls: 3,
    pids: 4,
    paused: false,
    openFindings: 0,
    ...over,
  };
}

export function overview(running: readonly RunningSession[], over: Partial<Overview> = {}): Overview {
  return Overview.parse({
    timeMs: 1,
    phase: 'watching',
    startedMs: 1,
    lastSeq: 1,
    files: { known: 1, pending: 0 },
    agents: { known: 1, running: 1 },
    sessions: { recent: 1, running, runningTotal: running.length },
    findings: { open: { informational: 0, low: 0, medium: 0, high: 0, critical: 0 }, worst: [] },
    approvals: { waiting: 0, before: 0 },
    strip: {
      startMs: 0,
      bucketMs: 1,
      buckets: Array.from({ length: STRIP_BUCKETS }, () => ({ events: 0, findings: 0 })),
    },
    sending: { on: false, mode: 'off' },
    coverage: [],
    ...over,
  });
}

export function finding(id: string, over: Partial<Finding> = {}): Finding {
  return Finding.parse({
    id,
    ruleId: 'read.secret',
    ruleCode: 'B-01',
    severity: 'high',
    confidence: 'high',
    title: 'A secret was read',
    why: 'Because.',
    subject: { kind: 'session', value: 'x' },
    evidence: [],
    taxonomies: { attack: [], atlas: [], owasp: [] },
    bundles: [],
    controls: [],
    firstSeenMs: 1_000_000,
    lastSeenMs: 1_000_000,
    count: 1,
    status: 'open',
    advice: 'Look.',
    actions: [],
    ...over,
  });
}

export function facts(over: Partial<MenuFacts> = {}): MenuFacts {
  return { link: { kind: 'open' }, findings: [], approvals: [], overview: overview([]), ...over };
}
