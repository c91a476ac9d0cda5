import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Score } from './measure.ts';

/** What the corpora gave when somebody last looked at every fault and found it bearable. */
export const EXPECTED_FILE = new URL('./expected.json', import.meta.url);

const Counts = z.object({
  ordinary: z.object({ calls: z.int(), medium: z.int(), high: z.int(), all: z.int() }),
  attacks: z.object({
    stories: z.int(),
    seen: z.int(),
    criticalStories: z.int(),
    criticalSeen: z.int(),
    named: z.int(),
  }),
  rules: z.record(z.string(), z.object({ stories: z.int(), found: z.int(), falseAlarms: z.int() })),
});
const Expected = z.object({ written: Counts.exactOptional(), full: Counts.exactOptional() });
export type Expected = z.infer<typeof Expected>;

export function readExpected(): Expected {
  if (!existsSync(EXPECTED_FILE)) return {};
  return Expected.parse(JSON.parse(readFileSync(EXPECTED_FILE, 'utf8')));
}

/**
 * In what a score is worse than the expected one: a rule misses more of its stories or is wrong more often.
 * Stories that were added since count as well, so who adds some writes down the new expectation.
 */
export function worseThan(score: Score, expected: Score | undefined): string[] {
  if (expected === undefined) return ['nothing is expected yet: run with --write'];
  const worse: string[] = [];
  for (const [rule, was] of Object.entries(expected.rules)) {
    const is = score.rules[rule] ?? { stories: 0, found: 0, falseAlarms: 0 };
    if (is.stories - is.found > was.stories - was.found)
      worse.push(
        `${rule} misses ${is.stories - is.found} of ${is.stories} stories, was ${was.stories - was.found}`,
      );
    if (is.stories < was.stories) worse.push(`${rule} has ${is.stories} stories, had ${was.stories}`);
    if (is.falseAlarms > was.falseAlarms)
      worse.push(`${rule} raises ${is.falseAlarms} false alarms, was ${was.falseAlarms}`);
  }
  for (const [rule, is] of Object.entries(score.rules)) {
    if (!Object.hasOwn(expected.rules, rule) && is.falseAlarms > 0)
      worse.push(`${rule} is new and raises ${is.falseAlarms} false alarms`);
  }
  if (score.ordinary.calls < expected.ordinary.calls)
    worse.push(`ordinary work has ${score.ordinary.calls} calls, had ${expected.ordinary.calls}`);
  const missed = (of: Score): number => of.attacks.stories - of.attacks.seen;
  if (missed(score) > missed(expected))
    worse.push(`${missed(score)} attacks are missed, were ${missed(expected)}`);
  return worse;
}

/** The expectation as text, one rule a line, so that a change of it can be read. */
export function expectedText(expected: Expected): string {
  const parts = Object.entries(expected).map(([part, { ordinary, attacks, rules }]) => {
    const lines = Object.entries(rules).map(([rule, score]) => `      "${rule}": ${oneLine(score)}`);
    return [
      `  "${part}": {`,
      `    "ordinary": ${oneLine(ordinary)},`,
      `    "attacks": ${oneLine(attacks)},`,
      `    "rules": {`,
      lines.join(',\n'),
      '    }',
      '  }',
    ].join('\n');
  });
  return `{\n${parts.join(',\n')}\n}\n`;
}

function oneLine(counts: Readonly<Record<string, number>>): string {
  const pairs = Object.entries(counts).map(([key, count]) => `"${key}": ${count}`);
  return `{ ${pairs.join(', ')} }`;
}
