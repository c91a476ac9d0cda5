import type { StoredEvent } from '../../collector/contract/stored.ts';
import { Store } from '../../collector/store/store.ts';
import { batch, finding } from '../../test/support/records.ts';

export const LONGEST_SESSION = 'claude-code:longest';

const AT_ONCE = 5_000;
const EVENTS_A_SESSION = 2_000;
const STEP_MS = 700;
const CALLS_A_TURN = 20;
const COMMANDS = [
  'npm test -- --run src/cart',
  'git status --short',
  'rg -n "applyCoupon" src --type ts',
  'node build/bundle.ts && ls -la dist',
] as const;

/**
 * Fills a new store with ordinary work: prompts, calls, results, a finding in every thousand events.
 * @param events in all; the first session holds `longest` of them, the others 2,000 each
 */
export function fillStore(path: string, events: number, longest: number, nowMs: number): void {
  const store = Store.open({ path, nowMs: () => nowMs });
  let written = 0;
  for (let session = 0; written < events; session++) {
    const size = Math.min(session === 0 ? longest : EVENTS_A_SESSION, events - written);
    const id = session === 0 ? 'longest' : `s${session}`;
    const startMs = nowMs - size * STEP_MS - session * 3_600_000;
    for (let from = 0; from < size; from += AT_ONCE) writeStretch(store, id, from, size, startMs);
    written += size;
  }
  store.close();
}

function writeStretch(store: Store, nativeId: string, from: number, size: number, startMs: number): void {
  const to = Math.min(from + AT_ONCE, size);
  const events = Array.from({ length: to - from }, (_, at) => eventOf(nativeId, from + at, startMs));
  store.commit(
    batch({
      events,
      sessions: [
        {
          nativeId,
          cwd: `/home/ana/src/project-${nativeId}`,
          gitBranch: 'main',
          model: 'claude-opus-4-8',
          agentVersion: '2.1.330',
          startedMs: startMs,
        },
      ],
      findings: events
        .filter((_, at) => at % 1_000 === 500)
        .map(({ id, timeMs, sessionId }) => ({
          eventId: id,
          finding: finding(`f-${id}`, {
            severity: 'medium',
            sessionId,
            evidence: [{ eventId: id }],
            firstSeenMs: timeMs,
            lastSeenMs: timeMs,
          }),
        })),
    }),
  );
}

function eventOf(nativeId: string, n: number, startMs: number): StoredEvent {
  const call = Math.floor(n / 2);
  const shared = {
    timeMs: startMs + n * STEP_MS,
    agentId: 'claude-code',
    sessionId: `claude-code:${nativeId}`,
    actor: { user: 'ana', uid: 1000 },
    source: { path: `/home/ana/.claude/projects/p/${nativeId}.jsonl`, offsetBytes: n * 400 },
  };
  const callId = `toolu_${nativeId}_${call}`;
  if (n % 2 === 1)
    return {
      ...shared,
      id: `claude-code:tool.result:${callId}`,
      kind: 'tool.result',
      input: { callId },
      outcome: { status: call % 17 === 0 ? 'error' : 'ok', durationMs: 400, sizeBytes: 1_200 },
      resources: [],
    };
  if (call % CALLS_A_TURN === 0)
    return {
      ...shared,
      id: `claude-code:prompt.submit:${nativeId}:${n}`,
      kind: 'prompt.submit',
      input: { origin: 'human', text: 'The cart total is wrong when a coupon is removed. Fix it.' },
      resources: [],
    };
  const id = `claude-code:tool.call:${callId}`;
  if (call % 3 === 0) {
    const path = `/home/ana/src/project-${nativeId}/src/cart/part-${call % 40}/total.ts`;
    return {
      ...shared,
      id,
      kind: 'tool.call',
      tool: { name: 'Read', category: 'read', callId },
      input: { path },
      resources: [{ kind: 'file', value: path, access: 'read' }],
    };
  }
  return {
    ...shared,
    id,
    kind: 'tool.call',
    tool: { name: 'Bash', category: 'shell', callId },
    input: { command: COMMANDS[call % COMMANDS.length] ?? '', programs: ['npm'] },
    resources: [],
  };
}
