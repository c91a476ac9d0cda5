import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { EnrichedEvent } from '../collector/contract/event.ts';
import { detectEvent } from '../collector/pipeline/detect.ts';
import { ruleIndex, rulesForCall } from '../collector/pipeline/detect-index.ts';
import { exampleEvents, examplePlace } from '../collector/pipeline/example-events.ts';
import { initialSessionState, observe, sessionContext } from '../collector/pipeline/session-state.ts';
import { analyzeShell } from '../collector/pipeline/shell/index.ts';
import { RULES } from '../collector/rules/index.ts';
import type { DetectionRule, ExampleCall, Match, SessionContext } from '../collector/rules/rule.ts';

/**
 * Time of detection and of keeping a session's memory per event, over the corpus of ordinary work, with the time of
 * parsing the same commands as the yardstick. `node bench/detect.ts [rounds]`.
 */
const rounds = Number(process.argv[2] ?? 60);
const folder = new URL('../test/fixtures/everyday/', import.meta.url);
const place = examplePlace({});
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

const calls: ExampleCall[] = [];
for (const name of readdirSync(folder)) {
  if (name === 'windows.txt') continue;
  for (const line of readFileSync(new URL(name, folder), 'utf8').split('\n')) {
    const text = line.slice(line.indexOf(' ') + 1);
    if (line.startsWith('shell: ')) calls.push({ shell: text });
    else if (line.startsWith('read: ')) calls.push({ read: text });
    else if (line.startsWith('write: ')) calls.push({ write: text, content: 'x' });
  }
}
const commands = calls.flatMap((call) => ('shell' in call ? [call.shell] : []));

interface Round {
  readonly detectUs: number;
  readonly observeUs: number;
  /** Of the events that wake no rule. */
  readonly ordinaryUs: number;
  readonly ordinary: number;
  readonly parseUs: number;
}

/** The shortest time of the same work in any round: what it takes when nobody interrupts it. */
class Best {
  readonly #shortest = new Map<number, number>();

  take(key: number, us: number): void {
    const before = this.#shortest.get(key);
    if (before === undefined || us < before) this.#shortest.set(key, us);
  }

  /** In order, the longest last. */
  times(): readonly (readonly [key: number, us: number])[] {
    return [...this.#shortest].sort((a, b) => a[1] - b[1]);
  }
}

const bestEvent = new Best();
const bestParse = new Best();
/** One entry per rule and event: `rule * EVENTS + event`. */
const bestCall = new Best();
const EVENTS = 100_000;
let eventNow = 0;
/** The same rules, each call timed; in rounds of their own, so that the clock is in no other number. */
const timedRules: readonly DetectionRule[] = RULES.map((rule, number) =>
  rule.on === 'event'
    ? {
        ...rule,
        match: (event: EnrichedEvent, context: SessionContext): readonly Match[] => {
          const start = performance.now();
          const matches = rule.match(event, context);
          bestCall.take(number * EVENTS + eventNow, (performance.now() - start) * 1_000);
          return matches;
        },
      }
    : rule,
);

const deps = { hash, ruleFailed: (): void => undefined };
const index = ruleIndex(RULES);
let findings = 0;

function measure(): Round {
  // Fresh events each round: the engine remembers what it worked out for the last one.
  const batch: EnrichedEvent[] = exampleEvents({ name: 'bench', calls });
  const state = initialSessionState();
  let detecting = 0;
  let observing = 0;
  let ordinaryMs = 0;
  let ordinary = 0;
  findings = 0;
  for (const [number, event] of batch.entries()) {
    const context = sessionContext(state, place);
    const start = performance.now();
    findings += detectEvent(event, context, RULES, deps).length;
    const middle = performance.now();
    observe(state, event, place);
    const end = performance.now();
    detecting += middle - start;
    observing += end - middle;
    bestEvent.take(number, (end - start) * 1_000);
    if (event.kind === 'tool.call' && rulesForCall(index, event, context).length === 0) {
      ordinaryMs += end - start;
      ordinary += 1;
    }
  }
  const start = performance.now();
  for (const [number, command] of commands.entries()) {
    const before = performance.now();
    analyzeShell(command, { home: place.home, platform: 'linux', cwd: place.workspace });
    bestParse.take(number, (performance.now() - before) * 1_000);
  }
  const parsing = performance.now() - start;
  return {
    detectUs: (detecting * 1_000) / batch.length,
    observeUs: (observing * 1_000) / batch.length,
    ordinaryUs: (ordinaryMs * 1_000) / ordinary,
    ordinary,
    parseUs: (parsing * 1_000) / commands.length,
  };
}

function timeRules(): void {
  const state = initialSessionState();
  for (const [number, event] of exampleEvents({ name: 'bench', calls }).entries()) {
    eventNow = number;
    detectEvent(event, sessionContext(state, place), timedRules, deps);
    observe(state, event, place);
  }
}

const measured = Array.from({ length: rounds }, measure).slice(Math.floor(rounds / 3));
for (let round = 0; round < rounds / 2; round++) timeRules();
/** Half of the rounds were faster: a busy neighbour moves this less than a mean. */
const median = (pick: (round: Round) => number): number =>
  measured.map(pick).sort((a, b) => a - b)[Math.floor(measured.length / 2)] ?? Number.NaN;

const detectUs = median((round) => round.detectUs);
const observeUs = median((round) => round.observeUs);
const parseUs = median((round) => round.parseUs);
const sharePerCall = (parseUs * commands.length) / calls.length;
console.log(`calls             ${calls.length}, ${RULES.length} rules, ${findings} findings a round`);
console.log(`load              ${loadavg()[0]?.toFixed(1) ?? '?'}`);
console.log(`detect            ${detectUs.toFixed(2)} µs per event`);
console.log(`observe           ${observeUs.toFixed(2)} µs per event`);
console.log(
  `both, ordinary    ${median((round) => round.ordinaryUs).toFixed(2)} µs per event that wakes no rule (${measured[0]?.ordinary ?? 0})`,
);
console.log(`shell parse       ${parseUs.toFixed(2)} µs per command`);
console.log(`both / shell parse of the same calls: ${((detectUs + observeUs) / sharePerCall).toFixed(2)}`);

const mean = (times: readonly (readonly [number, number])[]): number =>
  times.reduce((sum, [, us]) => sum + us, 0) / times.length;
const at = (times: readonly (readonly [number, number])[], part: number): number =>
  times[Math.min(times.length - 1, Math.floor(times.length * part))]?.[1] ?? Number.NaN;
const events = bestEvent.times();
const parses = bestParse.times();
const ruleCalls = bestCall.times();
const parsePerCall = (mean(parses) * commands.length) / calls.length;
console.log('undisturbed (the shortest time of each event, command and rule call in any round):');
console.log(
  `  both            median ${at(events, 0.5).toFixed(1)} µs, mean ${mean(events).toFixed(1)} µs, p99 ${at(events, 0.99).toFixed(1)} µs per event`,
);
console.log(
  `  shell parse     median ${at(parses, 0.5).toFixed(1)} µs, mean ${mean(parses).toFixed(1)} µs; both / shell parse of the same calls: ${(mean(events) / parsePerCall).toFixed(2)}`,
);
console.log(
  `  one rule call   median ${at(ruleCalls, 0.5).toFixed(1)} µs, p99.9 ${at(ruleCalls, 0.999).toFixed(1)} µs = ${(at(ruleCalls, 0.999) / mean(parses)).toFixed(1)} shell parses`,
);
for (const [key, us] of ruleCalls.slice(-3).reverse()) {
  const call = calls[key % EVENTS];
  const said = call !== undefined && 'shell' in call ? call.shell.slice(0, 60) : 'a tool call';
  console.log(
    `    slowest       ${us.toFixed(1)} µs = ${(us / mean(parses)).toFixed(1)} shell parses: ${RULES[Math.floor(key / EVENTS)]?.id ?? '?'}: ${said}`,
  );
}
