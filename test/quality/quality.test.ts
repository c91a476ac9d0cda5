import { describe, expect, it } from 'vitest';
import { RULES } from '../../collector/rules/index.ts';
import { writtenCorpora } from '../../quality/corpora.ts';
import { readExpected, worseThan } from '../../quality/expected.ts';
import { measure } from '../../quality/measure.ts';
import { faultText } from '../../quality/print.ts';
import { parseStories } from '../../quality/read-stories.ts';
import { replay } from '../../quality/replay.ts';
import { countCalls } from '../../quality/story.ts';
import { variantsOf } from '../../quality/variants.ts';

const corpora = writtenCorpora();

describe('quality of detection', () => {
  const ordinary = replay(corpora.ordinary);
  const attacks = replay(corpora.attacks);
  const { score, faults } = measure(ordinary, attacks);

  it('is measured on calls that the parsers understood, with every rule at work', () => {
    expect([ordinary.unread, attacks.unread]).toEqual([0, 0]);
    expect([...ordinary.failedRules, ...attacks.failedRules]).toEqual([]);
    expect(corpora.ordinary.reduce((sum, story) => sum + countCalls(story), 0)).toBeGreaterThan(2_000);
  });

  it('is asked of rules that exist', () => {
    const ids = new Set(corpora.attacks.flatMap(({ expected }) => expected?.rules ?? []));
    const known = RULES.map(({ id }) => id);
    expect([...ids].filter((id) => !known.includes(id))).toEqual([]);
  });

  it('is not worse than expected for any rule', () => {
    const worse = worseThan(score, readExpected().written);
    expect(worse, faults.map(faultText).join('\n')).toEqual([]);
  });

  it('leaves people alone who do their work: under 2 alerts at medium in 1,000 calls, under 0.2 at high', () => {
    const { calls, medium, high } = score.ordinary;
    expect((medium * 1_000) / calls).toBeLessThan(2);
    expect((high * 1_000) / calls).toBeLessThan(0.2);
  });

  it('sees more than 95 of 100 attacks', () => {
    const { seen, stories, criticalSeen, criticalStories } = score.attacks;
    expect(seen / stories).toBeGreaterThan(0.95);
    expect(criticalSeen / criticalStories).toBeGreaterThan(0.95);
  });
});

describe('a score', () => {
  const rule = { stories: 4, found: 3, falseAlarms: 1 };
  const score = {
    ordinary: { calls: 10, medium: 1, high: 0, all: 1 },
    attacks: { stories: 4, seen: 3, criticalStories: 0, criticalSeen: 0, named: 3 },
    rules: { 'a.b': rule },
  };
  const changed = (change: Partial<typeof rule>): typeof score => ({
    ...score,
    rules: { 'a.b': { ...rule, ...change } },
  });

  it('is worse when a rule misses more, is wrong more often, or has fewer stories to prove itself', () => {
    expect(worseThan(score, score)).toEqual([]);
    expect(worseThan(changed({ found: 2 }), score)[0]).toContain('misses 2 of 4');
    expect(worseThan(changed({ falseAlarms: 2 }), score)[0]).toContain('raises 2 false alarms');
    expect(worseThan(changed({ stories: 3 }), score)[0]).toContain('has 3 stories');
    expect(worseThan(changed({ found: 4, falseAlarms: 0 }), score)).toEqual([]);
  });
});

describe('stories', () => {
  it('are cut into one for each ending, and mistakes in them are named', () => {
    const text = 'story: a\nexpect: x.y high\nread: b\nattack: shell: c\n| d\nattack: shell: e\n';
    const stories = parseStories(text, 'g');
    expect(stories.map(({ steps }) => steps.length)).toEqual([2, 2]);
    expect(JSON.stringify(stories[0])).toContain('c\\nd');
    expect(() => parseStories('story: a\nshel: b\n', 'g')).toThrow('g:2: unknown word shel:');
    expect(() => parseStories('story: a\nexpect: x.y\n', 'g')).toThrow('g:2');
  });

  it('are varied in their last step only', () => {
    const story = corpora.attacks.find(({ steps }) => steps.length > 1);
    if (story === undefined) throw new Error('no story');
    for (const varied of [0, 1, 2].flatMap((number) => variantsOf(story, number))) {
      expect(varied.variant).toBeDefined();
      expect(varied.steps.slice(0, story.steps.length - 1)).toEqual(story.steps.slice(0, -1));
    }
  });
});
