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
import type { ExampleCall } from '../collector/rules/rule.ts';

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
  for (const event of batch) {
    const context = sessionContext(state, place);
    const start = performance.now();
    findings += detectEvent(event, context, RULES, deps).length;
    const middle = performance.now();
    observe(state, event, place);
    const end = performance.now();
    detecting += middle - start;
    observing += end - middle;
    if (event.kind === 'tool.call' && rulesForCall(index, event, context).length === 0) {
      ordinaryMs += end - start;
      ordinary += 1;
    }
  }
  const start = performance.now();
  for (const command of commands)
    analyzeShell(command, { home: place.home, platform: 'linux', cwd: place.workspace });
  const parsing = performance.now() - start;
  return {
    detectUs: (detecting * 1_000) / batch.length,
    observeUs: (observing * 1_000) / batch.length,
    ordinaryUs: (ordinaryMs * 1_000) / ordinary,
    ordinary,
    parseUs: (parsing * 1_000) / commands.length,
  };
}

const measured = Array.from({ length: rounds }, measure).slice(Math.floor(rounds / 3));
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
