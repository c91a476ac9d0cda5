import { describe, expect, it } from 'vitest';
import { titleOf } from '../../../renderer/words/session-title.ts';
import { toolCall } from '../../support/records.ts';

const said = (text: string | undefined, origin = 'human') =>
  toolCall(`p${text}`, { kind: 'prompt.submit', input: { origin, ...(text !== undefined && { text }) } });

describe('the title of a session', () => {
  it('is the first sentence a person said', () => {
    expect(titleOf([said('Fix the cart total. It is wrong when a coupon goes.'), said('Thanks')])).toBe(
      'Fix the cart total',
    );
    expect(titleOf([said('Why is v1.2 slow?')])).toBe('Why is v1.2 slow?');
  });

  it('is not a command of the agent, not what a program said, not a mark', () => {
    expect(
      titleOf([
        said('/model opus'),
        said('<context>x</context>'),
        said('agent words', 'agent'),
        said('## Add tests'),
      ]),
    ).toBe('Add tests');
    expect(titleOf([said('<ide>open file</ide>\n\nRename the flag')])).toBe('Rename the flag');
  });

  it('is cut between words, and in the middle of one that has no end', () => {
    const long = titleOf([said(`please ${'look at the tests '.repeat(20)}`)])!;
    expect(long).toMatch(/^please look .* (look|at|the|tests)…$/);
    expect(long.length).toBeLessThanOrEqual(73);
    expect(titleOf([said('x'.repeat(5_000))])).toBe(`${'x'.repeat(72)}…`);
  });

  it('is nothing where no words are kept', () => {
    expect(titleOf([said(undefined), said('  \n ')])).toBeUndefined();
    expect(titleOf([])).toBeUndefined();
  });
});
