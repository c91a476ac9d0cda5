import type { OutboxPriority } from '../../../collector/contract/report.ts';
import type { StoredEvent } from '../../../collector/contract/stored.ts';
import type { OutboxRow } from '../../../collector/report/encode-batch.ts';
import type { Outbox } from '../../../collector/report/reporter-types.ts';

/** A queue in memory, with the two ways a disk fails. */
export class MemoryOutbox implements Outbox {
  rows: OutboxRow[] = [];
  readonly dropped: Record<string, number> = {};
  /** Throw from these methods. */
  broken = new Set<'peek' | 'acknowledge'>();
  #nextId = 1;

  add(json: string, priority: OutboxPriority = 'event'): void {
    const id = this.#nextId++;
    this.rows.push({ id, uid: `row-${id}`, priority, json, createdMs: 1, attempts: 0 });
  }

  /** Events with the ids `e<from>` to `e<from + count - 1>`. */
  addEvents(count: number, from = 1): void {
    for (let i = from; i < from + count; i++) this.add(JSON.stringify(storedEvent(`e${i}`)));
  }

  peek(maxRows: number): readonly OutboxRow[] {
    if (this.broken.has('peek')) throw new Error('disk I/O error');
    return this.rows.slice(0, maxRows);
  }

  acknowledge(rowIds: readonly number[]): void {
    if (this.broken.has('acknowledge')) throw new Error('database or disk is full');
    this.#remove(rowIds);
  }

  drop(rowIds: readonly number[], reason: string): void {
    this.#remove(rowIds);
    this.dropped[reason] = (this.dropped[reason] ?? 0) + rowIds.length;
  }

  size(): { rows: number; bytes: number } {
    return { rows: this.rows.length, bytes: this.rows.reduce((sum, { json }) => sum + json.length, 0) };
  }

  #remove(rowIds: readonly number[]): void {
    const gone = new Set(rowIds);
    this.rows = this.rows.filter(({ id }) => !gone.has(id));
  }
}

export function storedEvent(id: string): StoredEvent {
  return {
    id,
    kind: 'tool.call',
    timeMs: 1_795_305_600_000,
    agentId: 'claude-code',
    sessionId: 'claude-code:s1',
    actor: { user: 'alice', uid: 501 },
    tool: { name: 'Bash', category: 'shell', callId: `call-${id}` },
    input: { command: 'npm test', programs: ['npm'], cwd: '/home/alice/app' },
    resources: [{ kind: 'process', value: 'npm', access: 'execute' }],
    source: { path: '/home/alice/.claude/projects/app/s1.jsonl', offsetBytes: 1_024 },
  };
}
