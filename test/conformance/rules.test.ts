import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { InventoryFact } from '../../collector/contract/inventory-fact.ts';
import { analyzeShell } from '../../collector/pipeline/shell/index.ts';
import { BEHAVIOUR_RULES } from '../../collector/rules/behaviour.ts';
import { POSTURE_RULES } from '../../collector/rules/posture.ts';
import type { InventoryExample, Match } from '../../collector/rules/rule.ts';
import { TEXT_RULES } from '../../collector/rules/texts.ts';
import { SEVERITIES } from '../../collector/contract/finding.ts';

const RULES = [...POSTURE_RULES, ...TEXT_RULES];
const FOLDER = new URL('../../collector/rules/', import.meta.url).pathname;

/** The fact with its command line analysed, as discovery gives it. */
function factOf(example: InventoryExample): InventoryFact {
  const { fact, command } = example;
  if (command === undefined) return fact;
  const shell = analyzeShell(command, {
    dialect: 'posix',
    home: '/home/dev',
    cwd: '/home/dev',
    platform: 'linux',
  });
  return 'shell' in fact || fact.kind === 'mcp-server' || fact.kind === 'hook' ? { ...fact, shell } : fact;
}

function sane(match: Match): void {
  expect(match.subject.length).toBeGreaterThan(0);
  expect(match.subject.length).toBeLessThan(1000);
  expect(match.detail).toMatch(/\.$/);
  expect(match.detail).not.toMatch(/undefined|NaN|\[object/);
  if (match.severity !== undefined) expect(SEVERITIES).toContain(match.severity);
}

describe('posture and text rules', () => {
  it('have ids and codes of their own, each in the file of its name', () => {
    expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length);
    expect(new Set(RULES.map((rule) => rule.code)).size).toBe(RULES.length);
    const files = readdirSync(FOLDER);
    for (const rule of RULES) expect(files).toContain(`${rule.id}.ts`);
  });

  it('are complete: nobody forgot to list a file', () => {
    const own = readdirSync(FOLDER).filter((file) => /^(?:mcp|agent|secret|text)\.[a-z-]+\.ts$/.test(file));
    const listed = new Set([...RULES, ...BEHAVIOUR_RULES].map((rule) => `${rule.id}.ts`));
    expect(own.filter((file) => !listed.has(file))).toEqual([]);
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))(
    '%s says what it is, what to do and where it may err',
    (_id, rule) => {
      for (const text of [rule.title, rule.why, rule.triage, rule.advice])
        expect(text.length).toBeGreaterThan(15);
      expect(rule.title.length).toBeLessThan(80);
      expect(rule.code).toMatch(/^[PI]-\d{2}$/);
      expect(rule.falsePositives.length).toBeGreaterThan(0);
      expect(rule.references.length).toBeGreaterThan(0);
      expect(rule.bundles.length).toBeGreaterThan(0);
      expect(
        [...rule.taxonomies.attack, ...rule.taxonomies.atlas, ...rule.taxonomies.owasp].length,
      ).toBeGreaterThan(0);
      for (const id of rule.taxonomies.attack) expect(id).toMatch(/^T\d{4}(?:\.\d{3})?$/);
      for (const id of rule.taxonomies.atlas) expect(id).toMatch(/^AML\.T\d{4}(?:\.\d{3})?$/);
      expect(rule.examples.hit.length).toBeGreaterThanOrEqual(4);
      expect(rule.examples.miss.length).toBeGreaterThanOrEqual(4);
      for (const miss of rule.examples.miss) expect(miss.guards ?? '').not.toBe('');
    },
  );
});

describe.each(POSTURE_RULES.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  it.each(rule.examples.hit.map((example) => [example.name, example] as const))(
    'fires: %s',
    (_name, example) => {
      const found = rule.match(factOf(example));
      expect(found).not.toEqual([]);
      found.forEach(sane);
      const stated = /\((low|medium|high|critical)\)$/.exec(example.name)?.[1];
      if (stated !== undefined) expect(found[0]?.severity ?? rule.severity).toBe(stated);
    },
  );
  it.each(rule.examples.miss.map((example) => [example.name, example] as const))(
    'is silent: %s',
    (_name, example) => {
      expect(rule.match(factOf(example))).toEqual([]);
    },
  );
});

describe.each(TEXT_RULES.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  it.each(rule.examples.hit.map((example) => [example.name, example] as const))(
    'fires: %s',
    (_name, example) => {
      const found = rule.match({
        path: example.path ?? 'CLAUDE.md',
        role: example.role ?? 'instructions',
        text: example.text,
      });
      expect(found).not.toEqual([]);
      found.forEach(sane);
      expect(found[0]?.line).toBeGreaterThan(0);
      const stated = /\((low|medium|high|critical)\)$/.exec(example.name)?.[1];
      if (stated !== undefined) expect(found[0]?.severity ?? rule.severity).toBe(stated);
    },
  );
  it.each(rule.examples.miss.map((example) => [example.name, example] as const))(
    'is silent: %s',
    (_name, example) => {
      expect(
        rule.match({
          path: example.path ?? 'CLAUDE.md',
          role: example.role ?? 'instructions',
          text: example.text,
        }),
      ).toEqual([]);
    },
  );
});

describe('text rules together', () => {
  // The misses of every rule are ordinary texts: no rule may fire on the misses of another.
  const misses = TEXT_RULES.flatMap((rule) => rule.examples.miss.map((example) => ({ rule, example })));
  it.each(misses.map(({ rule, example }) => [`${rule.id}: ${example.name}`, example] as const))(
    'stay silent on %s',
    (_name, example) => {
      const document = {
        path: 'CLAUDE.md',
        role: example.role ?? ('instructions' as const),
        text: example.text,
      };
      expect(TEXT_RULES.flatMap((rule) => rule.match(document).map(() => rule.id))).toEqual([]);
    },
  );
});
