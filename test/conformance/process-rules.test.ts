import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUNDLES, severityRank } from '../../collector/contract/finding.ts';
import { RULES } from '../../collector/rules/index.ts';
import { PROCESS_RULES } from '../../collector/rules/processes.ts';

describe('the catalogue of process rules', () => {
  it('holds every rule file, each id and code once, none of them taken by another rule', () => {
    const files = readdirSync(new URL('../../collector/rules/processes', import.meta.url)).map((name) =>
      name.slice(0, -3),
    );
    expect(PROCESS_RULES.map(({ id }) => id).sort()).toEqual(files.sort());
    const all = [...RULES, ...PROCESS_RULES];
    const once = new Set(all.map(({ id }) => id));
    for (const rule of PROCESS_RULES) expect(RULES.map(({ id }) => id)).not.toContain(rule.id);
    expect(once.size).toBe(new Set(all).size);
    expect(new Set(PROCESS_RULES.map(({ code }) => code)).size).toBe(PROCESS_RULES.length);
  });
});

describe.each(PROCESS_RULES.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  it('explains itself', () => {
    for (const text of [rule.title, rule.why, rule.triage, rule.advice])
      expect(text.length).toBeGreaterThan(15);
    expect(rule.falsePositives.length).toBeGreaterThan(0);
    for (const url of rule.references) expect(URL.canParse(url)).toBe(true);
    for (const id of rule.taxonomies.attack) expect(id).toMatch(/^T\d{4}(?:\.\d{3})?$/);
    for (const id of rule.taxonomies.atlas) expect(id).toMatch(/^AML\.T\d{4}(?:\.\d{3})?$/);
    for (const bundle of rule.bundles) expect(BUNDLES).toContain(bundle);
    expect(rule.examples.hit.length).toBeGreaterThanOrEqual(3);
    expect(rule.examples.miss.length).toBeGreaterThanOrEqual(3);
    for (const miss of rule.examples.miss) expect(miss.guards ?? '').not.toBe('');
  });

  it.each(rule.examples.hit.map((example) => [example.name, example] as const))(
    'fires on: %s',
    (name, { fact }) => {
      const matches = rule.match(fact);
      expect(matches).toHaveLength(1);
      for (const match of matches) {
        expect(match.subject).not.toBe('');
        expect(match.detail).toMatch(/\.$/);
        const severity = match.severity ?? rule.severity;
        const named = /\((\w+)\)$/.exec(name)?.[1];
        expect(severity).toBe(named ?? severity);
        expect(severityRank(severity)).toBeGreaterThanOrEqual(0);
      }
    },
  );

  it.each(rule.examples.miss.map((example) => [example.name, example] as const))(
    'is silent on: %s',
    (_name, { fact }) => {
      expect(rule.match(fact)).toEqual([]);
    },
  );
});

describe('all process rules over the examples of all', () => {
  it('throw on none', () => {
    for (const rule of PROCESS_RULES) {
      for (const { fact } of PROCESS_RULES.flatMap(({ examples }) => [...examples.hit, ...examples.miss]))
        expect(() => rule.match(fact)).not.toThrow();
    }
  });
});
