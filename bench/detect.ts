import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { EnrichedEvent } from '../collector/contract/event.ts';
import { detectEvent } from '../collector/pipeline/detect.ts';
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

let detecting = 0;
let observing = 0;
let parsing = 0;
let findings = 0;
let events = 0;
for (let round = 0; round < rounds; round++) {
  // Fresh events each round: the engine remembers what it worked out per event.
  const batch: EnrichedEvent[] = exampleEvents({ name: 'bench', calls });
  const state = initialSessionState();
  for (const event of batch) {
    const start = performance.now();
    findings += detectEvent(event, sessionContext(state, place), RULES, {
      hash,
      ruleFailed: () => undefined,
    }).length;
    const middle = performance.now();
    observe(state, event, place);
    detecting += middle - start;
    observing += performance.now() - middle;
    events += 1;
  }
  const start = performance.now();
  for (const command of commands)
    analyzeShell(command, { home: place.home, platform: 'linux', cwd: place.workspace });
  parsing += performance.now() - start;
  if (round === Math.floor(rounds / 3)) detecting = observing = parsing = events = findings = 0;
}

const perEvent = (totalMs: number, count: number): string => ((totalMs * 1_000) / count).toFixed(2);
const measured = rounds - Math.floor(rounds / 3) - 1;
console.log(
  `events            ${events} (${measured} rounds of ${calls.length}), ${RULES.length} rules, ${findings / measured} notes a round`,
);
console.log(`detect            ${perEvent(detecting, events)} µs per event`);
console.log(`observe           ${perEvent(observing, events)} µs per event`);
console.log(`shell parse       ${perEvent(parsing, measured * commands.length)} µs per command`);
console.log(
  `detect+observe / shell parse of the same calls: ${((detecting + observing) / parsing).toFixed(2)}`,
);
