import type { EventRule, Match, RecentCall } from './rule.ts';
import { CALL_DENIED, CALL_FAILED, CALL_OK, CALL_POLL } from './rule.ts';

const SAME = 8;
const ROUNDS = 5;
const LONGEST_ROUND = 4;
const WINDOW_MS = 10 * 60_000;
/** Calls without a word of a person: told once, and then at each multiple. */
const ALONE = 400;
const FAILING = 30;
const FAILED_SHARE = 0.6;

export const agentRunaway: EventRule = {
  on: 'event',
  id: 'agent.runaway',
  code: 'B-46',
  title: 'Agent goes round in circles',
  severity: 'medium',
  confidence: 'medium',
  why: 'The agent does the same again and again without getting anywhere. That costs money, and agents in such a loop try ever stranger ways out.',
  triage: 'What is it trying to do, and why does it fail?',
  advice: 'Stop it, and tell it what is wrong. Give it a limit of turns or cost.',
  falsePositives: [
    'Waiting for something on purpose (not reported).',
    'Long tasks you left it alone with (reported as low).',
  ],
  references: ['https://genai.owasp.org/llmrisk/llm102025-unbounded-consumption/'],
  taxonomies: { attack: ['T1496'], atlas: ['AML.T0034.002'], owasp: ['LLM10:2025', 'ASI08'] },
  bundles: ['OVR'],
  habit: ['lower'],
  trigger: { kinds: ['tool.result'] },
  match(event, context): readonly Match[] {
    if (event.kind !== 'tool.result') return [];
    const calls = context.recent ?? [];
    const found: Match[] = [];
    const loop = loopOf(calls);
    if (loop !== undefined)
      found.push({
        subject: loop.length === 1 ? 'one call again and again' : `${loop.length} calls again and again`,
        detail: `The agent made the same ${loop.length === 1 ? 'call' : `${loop.length} calls`} ${loop.rounds} times in a row.`,
        severity: loop.failing ? 'medium' : 'low',
        wholeRun: true,
      });
    const alone = context.sincePrompt ?? 0;
    if (alone > 0 && alone % ALONE === 0)
      found.push({
        subject: 'calls without a person',
        detail: `The agent has made ${alone} calls since a person last typed something.`,
        severity: 'low',
        wholeRun: true,
      });
    if (isFailing(calls))
      found.push({
        subject: 'most calls fail',
        detail: `Most of the last ${FAILING} calls failed.`,
        severity: 'low',
        wholeRun: true,
      });
    return found;
  },
  examples: {
    hit: [
      { name: 'same failing call', calls: [{ shell: 'make deploy', times: 8, result: { status: 'error' } }] },
      {
        name: 'same tool',
        calls: [{ mcp: 'tickets', tool: 'create_ticket', args: { title: 'x' }, times: 8, result: {} }],
      },
      {
        name: 'two in turn',
        calls: [
          ...Array.from({ length: 5 }, () => [
            { shell: 'npm run build', result: { status: 'error' as const } },
            { shell: 'rm -rf dist', result: {} },
          ]).flat(),
        ],
      },
      {
        name: 'most fail',
        calls: [
          ...Array.from({ length: 31 }, (_, n) => ({
            shell: `node try.js ${n}`,
            result: { status: 'error' as const },
          })),
        ],
      },
      {
        name: 'alone for long (low)',
        calls: [...Array.from({ length: 400 }, (_, n) => ({ shell: `node step.js ${n}`, result: {} }))],
      },
    ],
    miss: [
      {
        name: 'waiting',
        guards: 'polling',
        calls: [{ shell: 'sleep 10; gh run view 12', times: 12, result: {} }],
      },
      {
        name: 'looking',
        guards: 'looking how things are',
        calls: [{ shell: 'git status', times: 10, result: {} }],
      },
      {
        name: 'tests between edits',
        guards: 'the daily loop',
        calls: [
          ...Array.from({ length: 10 }, (_, n) => [
            { write: '/home/dev/app/a.ts', content: `v${n}`, result: {} },
            { shell: 'npm test', result: { status: 'error' as const } },
          ]).flat(),
        ],
      },
      {
        name: 'a few times',
        guards: 'trying again',
        calls: [{ shell: 'npm install', times: 4, result: { status: 'error' } }],
      },
      {
        name: 'different calls',
        guards: 'many steps',
        calls: [...Array.from({ length: 30 }, (_, n) => ({ shell: `node step.js ${n}`, result: {} }))],
      },
      {
        name: 'slowly',
        guards: 'the same once in a while',
        calls: [
          { shell: 'make nightly', times: 3, result: {} },
          { shell: 'make other', result: {} },
          { shell: 'make nightly', times: 3, result: {} },
        ],
      },
    ],
  },
};

interface Loop {
  readonly length: number;
  readonly rounds: number;
  readonly failing: boolean;
}

/** The shortest round that ends the list and was gone through often enough, in the time that makes it a loop. */
function loopOf(calls: readonly RecentCall[]): Loop | undefined {
  for (let length = 1; length <= LONGEST_ROUND; length++) {
    const needed = length === 1 ? SAME : ROUNDS;
    if (calls.length < length * needed) return undefined;
    let same = 0;
    for (let i = calls.length - 1; i - length >= 0 && calls[i]?.[2] === calls[i - length]?.[2]; i--) same++;
    const rounds = Math.floor(same / length) + 1;
    if (rounds < needed) continue;
    const last = calls.slice(-length * needed);
    if (last.every((call) => (call[3] & CALL_POLL) !== 0)) continue;
    const [first] = last;
    const end = last.at(-1);
    if (first === undefined || end === undefined || end[1] - first[1] > WINDOW_MS) continue;
    return { length, rounds, failing: last.some((call) => (call[3] & (CALL_FAILED | CALL_DENIED)) !== 0) };
  }
  return undefined;
}

/** Only right when the share is first reached: it is one finding, not one per call. */
function isFailing(calls: readonly RecentCall[]): boolean {
  if (calls.length < FAILING) return false;
  let done = 0;
  let failed = 0;
  // Asked after every call: counted in place.
  for (let i = calls.length - FAILING; i < calls.length; i++) {
    const bits = calls[i]?.[3] ?? 0;
    if ((bits & (CALL_FAILED | CALL_DENIED | CALL_OK)) !== 0) done++;
    if ((bits & (CALL_FAILED | CALL_DENIED)) !== 0) failed++;
  }
  return done >= FAILING - 4 && failed / done > FAILED_SHARE;
}
