/**
 * Measures the rules on the corpora.
 * Usage: node quality/run.ts [--written] [--only TEXT] [--faults N] [--write]
 *   --written   only the stories as written, without variations
 *   --only      only stories whose group or name holds the text
 *   --faults    how many false alarms and misses to list (default: all)
 *   --write     keep the result as what is expected from now on
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fullCorpora, writtenCorpora } from './corpora.ts';
import { EXPECTED_FILE, expectedText, readExpected, worseThan } from './expected.ts';
import { measure } from './measure.ts';
import { faultText, scoreText, timeText } from './print.ts';
import { replay } from './replay.ts';
import { RuleClock } from './rule-clock.ts';
import type { Story } from './story.ts';

const { values } = parseArgs({
  options: {
    written: { type: 'boolean', default: false },
    only: { type: 'string' },
    faults: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const { only } = values;
const corpora = values.written ? writtenCorpora() : fullCorpora();
const chosen = (stories: readonly Story[]): readonly Story[] =>
  only === undefined
    ? stories
    : stories.filter(({ group, name, expected }) =>
        `${group} ${name} ${expected?.rules.join(' ') ?? ''}`.includes(only),
      );

const clock = new RuleClock();
const ordinary = replay(chosen(corpora.ordinary), clock);
const attacks = replay(chosen(corpora.attacks));
const { score, faults } = measure(ordinary, attacks);
const most = values.faults === undefined ? faults.length : Number(values.faults);
for (const fault of faults.slice(0, most)) process.stdout.write(`${faultText(fault)}\n`);
if (faults.length > most) process.stdout.write(`… and ${faults.length - most} more\n`);
process.stdout.write(`\n${scoreText(score)}\n\n${timeText(clock, [ordinary, attacks])}\n`);

for (const run of [ordinary, attacks]) {
  if (run.unread > 0) process.stdout.write(`${run.unread} steps were not understood by the parser\n`);
  if (run.failedRules.length > 0) process.stdout.write(`rules that threw: ${run.failedRules.join(', ')}\n`);
}
if (only === undefined) {
  const part = values.written ? 'written' : 'full';
  const expected = readExpected();
  if (values.write) writeFileSync(EXPECTED_FILE, expectedText({ ...expected, [part]: score }));
  else {
    const worse = worseThan(score, expected[part]);
    for (const text of worse) process.stdout.write(`worse than expected: ${text}\n`);
    if (worse.length > 0) process.exitCode = 1;
  }
}
