import { describe, expect, it } from 'vitest';
import { DROID_LOGS } from '../../../../collector/agents/droid/log.ts';
import { createRandom, mutateLine } from '../../../support/mutate-json.ts';
import { onlyJsonl, readFixture, readLog, reviewable } from '../../../support/read-log.ts';

const PATH = '-home-ana-src-shop/0b6c1f52.jsonl';
const format = onlyJsonl(DROID_LOGS);
const text = readFixture('droid/session/input.jsonl');

describe('droid logs', () => {
  it('are read as reviewed', () => {
    expect(reviewable(readLog(format, text, PATH))).toEqual(
      JSON.parse(readFixture('droid/session/events.json')),
    );
  });

  it('give each fact once, with the same id when read again or from the middle', () => {
    const ids = readLog(format, text, PATH).events.map((event) => event.id);
    expect(new Set(ids).size).toBe(ids.length);
    const lines = text.split('\n');
    const rest = readLog(format, [lines[0], ...lines.slice(4)].join('\n'), PATH).events;
    expect(rest.filter((event) => !ids.includes(event.id))).toEqual([]);
  });

  it('never throw, whatever the lines hold', () => {
    const random = createRandom(7);
    for (const line of text.split('\n')) {
      for (let n = 0; n < 60; n++) {
        const outcome = format.parseLine(mutateLine(line, random), 0, {});
        expect(outcome.kind).toMatch(/^(?:records|ignored|unknown|rejected)$/);
      }
    }
  });

  it('are found where the agent writes them', () => {
    const [root] = format.roots({ platform: 'linux', home: '/home/ana', env: {} });
    expect(root?.matches(PATH)).toBe(true);
    expect(root?.matches('x/notes.txt')).toBe(false);
  });
});
