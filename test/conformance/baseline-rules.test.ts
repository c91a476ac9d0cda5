import { describe, expect, it } from 'vitest';
import { BUNDLES } from '../../collector/contract/finding.ts';
import { DIMENSIONS, RATES } from '../../collector/contract/baseline.ts';
import { catalogued } from '../../collector/pipeline/baseline/dimensions.ts';
import { differs } from '../../collector/pipeline/baseline/example-run.ts';
import { BASELINE_RULES, baselineRule } from '../../collector/rules/baselines.ts';
import { RULES } from '../../collector/rules/index.ts';
import { PROCESS_RULES } from '../../collector/rules/processes.ts';

describe('the catalogue of baseline rules', () => {
  it('has fourteen rules with ids and codes of their own', () => {
    expect(BASELINE_RULES.map(({ code }) => code)).toEqual(
      Array.from({ length: 14 }, (_, n) => `D-${String(n + 1).padStart(2, '0')}`),
    );
    const others = [...RULES, ...PROCESS_RULES].map(({ id }) => id);
    for (const { id } of BASELINE_RULES) expect(others).not.toContain(id);
  });

  it('has a rule for everything that is learned, and nothing else', () => {
    const whats = [...DIMENSIONS, ...RATES, 'hour', 'return', 'peers'] as const;
    const used = new Set(whats.map((what) => catalogued(what).code));
    expect([...used].sort()).toEqual(BASELINE_RULES.map(({ code }) => code));
    for (const code of used) expect(baselineRule(code).code).toBe(code);
    expect(() => baselineRule('D-99')).toThrow('D-99');
  });
});

describe.each(BASELINE_RULES.map((rule) => [rule.code, rule] as const))('%s', (_, rule) => {
  it('explains itself', () => {
    for (const text of [rule.title, rule.why, rule.triage, rule.advice])
      expect(text.length).toBeGreaterThan(15);
    expect(rule.falsePositives.length).toBeGreaterThan(0);
    for (const url of rule.references) expect(URL.canParse(url)).toBe(true);
    for (const id of rule.taxonomies.attack) expect(id).toMatch(/^T\d{4}(?:\.\d{3})?$/);
    for (const bundle of rule.bundles) expect(BUNDLES).toContain(bundle);
    for (const { guards } of rule.examples.miss) expect(guards ?? '').not.toBe('');
  });

  it.each(rule.examples.hit.map((example) => [example.name, example] as const))(
    'sees: %s',
    (_name, example) => {
      expect(differs(rule, example)).toBe(true);
    },
  );

  it.each(rule.examples.miss.map((example) => [example.name, example] as const))(
    'is silent on: %s',
    (_name, example) => {
      expect(differs(rule, example)).toBe(false);
    },
  );
});
