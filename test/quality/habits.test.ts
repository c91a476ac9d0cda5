import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { severityRank } from '../../collector/contract/finding.ts';
import { parseStories } from '../../quality/read-stories.ts';
import { replay } from '../../quality/replay.ts';

const LABEL = /^(usual|never): (\S+) \| (.+)$/;
const DAYS = [0, 1, 2, 3, 4, 5];

const labels = readFileSync(new URL('../../quality/habits.txt', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, kind, rule = '', calls = ''] = LABEL.exec(line) ?? [];
    return kind === undefined ? [] : [{ kind, rule, calls }];
  });

/** The same calls every other day, in a session of their own each time. */
function story(calls: string): string {
  const day = (n: number): string =>
    `session: claude-code ~/app ${n}\nprompt: please go on\n${calls.replaceAll(' ; ', '\n')}\nwait: 2880\n`;
  return `story: ${calls}\n${DAYS.map(day).join('')}`;
}

describe('what comes again day after day', () => {
  const { results, unread } = replay(
    parseStories(labels.map(({ calls }) => story(calls)).join(''), 'habits'),
  );

  it('is understood', () => {
    expect(unread).toBe(0);
    expect(labels.filter(({ kind }) => kind === 'usual').length).toBeGreaterThan(4);
    expect(results).toHaveLength(labels.length);
  });

  it.each(labels.map((label, index) => ({ ...label, alerts: results[index]?.alerts ?? [] })))(
    'is $kind taken for ordinary work: $rule, $calls',
    ({ kind, rule, alerts }) => {
      const told = alerts
        .filter((alert) => alert.rule === rule)
        .map(({ severity }) => severityRank(severity));
      const [first = 0] = told;
      expect(told).toHaveLength(DAYS.length);
      // Days 0, 2, 4 and 6 are told; on day 8 a week has gone by.
      expect(told).toEqual(
        kind === 'never' ? told.map(() => first) : [first, first, first, first, first - 1, first - 1],
      );
    },
  );
});
