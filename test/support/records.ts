import type { Finding } from '../../collector/contract/finding.ts';
import type { StoredEvent } from '../../collector/contract/stored.ts';
import type { CommitBatch } from '../../collector/store/batch.ts';

/** A stored tool call with sensible defaults. */
export function toolCall(id: string, over: Partial<StoredEvent> = {}): StoredEvent {
  return {
    id: `claude-code:tool.call:${id}`,
    kind: 'tool.call',
    timeMs: 1_750_000_000_000,
    agentId: 'claude-code',
    sessionId: 'claude-code:s1',
    actor: { user: 'ana', uid: 1000 },
    tool: { name: 'Bash', category: 'shell', callId: id },
    input: { command: 'git status' },
    resources: [],
    source: { path: '/home/ana/.claude/projects/p/s1.jsonl', offsetBytes: 0 },
    ...over,
  };
}

export function finding(id: string, over: Partial<Finding> = {}): Finding {
  return {
    id,
    ruleId: 'read.ssh-keys',
    ruleCode: 'B-01',
    severity: 'high',
    confidence: 'high',
    title: 'Agent read a private key',
    why: 'It was read.',
    subject: { kind: 'tool-call', value: '/home/ana/.ssh/id_ed25519' },
    sessionId: 'claude-code:s1',
    evidence: [{ eventId: 'claude-code:tool.call:a' }],
    taxonomies: { attack: ['T1552.004'], atlas: [], owasp: [] },
    bundles: ['SEC'],
    controls: [],
    firstSeenMs: 1_750_000_000_000,
    lastSeenMs: 1_750_000_000_000,
    count: 1,
    status: 'open',
    advice: 'Rotate the key.',
    actions: [],
    ...over,
  };
}

export function batch(over: Partial<CommitBatch> = {}): CommitBatch {
  return {
    agentId: 'claude-code',
    actor: { user: 'ana', uid: 1000 },
    events: [],
    findings: [],
    usage: [],
    sessions: [],
    states: new Map(),
    counts: new Map(),
    ...over,
  };
}
