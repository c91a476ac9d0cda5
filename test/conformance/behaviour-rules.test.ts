import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUNDLES, severityRank } from '../../collector/contract/finding.ts';
import { detectEvent } from '../../collector/pipeline/detect.ts';
import {
  exampleEvents,
  examplePlace,
  othersOf,
  exampleContext,
  runExample,
} from '../../collector/pipeline/example-events.ts';
import { initialSessionState, observe, withWorkspace } from '../../collector/pipeline/session-state.ts';
import { BEHAVIOUR_RULES } from '../../collector/rules/behaviour.ts';
import { RULES } from '../../collector/rules/index.ts';
import type { EventExample, EventRule } from '../../collector/rules/rule.ts';

/** Findings of the engine at the last call of an example and what follows it. */
function engineMatches(rule: EventRule, example: EventExample): number {
  const place = examplePlace(example);
  const state = initialSessionState();
  const machine = othersOf(example);
  const deps = {
    hash: (text: string): string => String(text.length),
    ruleFailed: (id: string): void => {
      throw new Error(id);
    },
  };
  let found = 0;
  for (const event of exampleEvents(example)) {
    if (event.kind === 'tool.call') found = 0;
    found += detectEvent(
      event,
      withWorkspace(exampleContext(state, place, machine, event), event),
      [rule],
      deps,
    ).length;
    observe(state, event, place);
  }
  return found;
}

const rules = BEHAVIOUR_RULES.filter((rule): rule is EventRule => rule.on === 'event');

describe('the catalogue of behaviour rules', () => {
  it('names every rule file, and every rule is in the whole list', () => {
    const files = readdirSync(new URL('../../collector/rules', import.meta.url))
      .filter((name) => /^(?:[a-z-]+\.[a-z-]+|denied-then-variant)\.ts$/.test(name))
      .map((name) => name.slice(0, -3));
    for (const rule of BEHAVIOUR_RULES) expect(files).toContain(rule.id);
    for (const file of files) expect(RULES.map((rule) => rule.id)).toContain(file);
  });

  it('has the rules of the threat catalogue, each id and code once', () => {
    const codes = rules.map((rule) => rule.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
    // B-45 counts processes: it is a rule of its own kind.
    for (const number of Array.from({ length: 56 }, (_, n) => n + 1).filter((n) => n !== 45)) {
      expect(codes).toContain(`B-${String(number).padStart(2, '0')}`);
    }
  });
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  it('explains itself', () => {
    for (const text of [rule.title, rule.why, rule.triage, rule.advice])
      expect(text.length).toBeGreaterThan(15);
    expect(rule.falsePositives.length).toBeGreaterThan(0);
    for (const url of rule.references) expect(URL.canParse(url)).toBe(true);
    for (const id of rule.taxonomies.attack) expect(id).toMatch(/^T\d{4}(?:\.\d{3})?$/);
    for (const id of rule.taxonomies.atlas) expect(id).toMatch(/^AML\.T\d{4}(?:\.\d{3})?$/);
    for (const bundle of rule.bundles) expect(BUNDLES).toContain(bundle);
    expect(rule.examples.hit.length).toBeGreaterThanOrEqual(5);
    expect(rule.examples.miss.length).toBeGreaterThanOrEqual(6);
    for (const miss of rule.examples.miss) expect(miss.guards ?? '').not.toBe('');
  });

  it.each(rule.examples.hit.map((example) => [example.name, example] as const))(
    'fires on: %s',
    (_name, example) => {
      const matches = runExample(rule, example);
      expect(matches.length).toBeGreaterThan(0);
      // The index must not hide from the engine what the rule would see.
      expect(engineMatches(rule, example)).toBeGreaterThan(0);
      for (const match of matches) {
        expect(match.subject).not.toBe('');
        expect(match.detail).toMatch(/\.$/);
        expect(severityRank(match.severity ?? rule.severity)).toBeGreaterThanOrEqual(0);
      }
    },
  );

  it.each(rule.examples.miss.map((example) => [example.name, example] as const))(
    'is silent on: %s',
    (_name, example) => {
      expect(runExample(rule, example)).toEqual([]);
    },
  );
});

describe('the engine over all examples', () => {
  it('gives each hit a finding by the rule it belongs to, and throws on none', () => {
    const failed: string[] = [];
    for (const rule of rules) {
      for (const example of [...rule.examples.hit, ...rule.examples.miss]) {
        for (const event of exampleEvents(example)) {
          detectEvent(
            event,
            {
              home: '/home/dev',
              platform: 'linux',
              workspace: undefined,
              permissionMode: undefined,
              untrusted: [],
              sensitive: [],
              sent: [],
              approved: [],
              prompts: [],
              toolCalls: 0,
              addedRemotes: [],
              envFolders: [],
              downloads: [],
            },
            RULES,
            { hash: (text) => String(text.length), ruleFailed: (id) => failed.push(id) },
          );
        }
      }
    }
    expect(failed).toEqual([]);
  });
});
