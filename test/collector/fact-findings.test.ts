import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { InventoryFact } from '../../collector/contract/inventory-fact.ts';
import { FactFindings } from '../../collector/fact-findings.ts';
import { detectInventory } from '../../collector/pipeline/detect.ts';
import { parseFactCommands } from '../../collector/pipeline/fact-commands.ts';
import { redactFinding } from '../../collector/pipeline/redact.ts';
import { RULES } from '../../collector/rules/index.ts';
import type { DetectionRule } from '../../collector/rules/rule.ts';

const home = { platform: 'linux' as const, home: '/home/jane', env: {} };
const deps = (timeMs: number): Parameters<typeof detectInventory>[2] => ({
  hash: (text) => createHash('sha256').update(text).digest('hex'),
  ruleFailed: (rule) => {
    throw new Error(rule);
  },
  timeMs,
});
/** What the rules themselves say is bad, and what is not. */
const FACTS: readonly InventoryFact[] = RULES.flatMap((rule) =>
  rule.on === 'inventory' ? [...rule.examples.hit, ...rule.examples.miss].map(({ fact }) => fact) : [],
);
const inOrder = (findings: readonly { readonly id: string }[]): readonly unknown[] =>
  [...findings].sort((a, b) => (a.id < b.id ? -1 : 1));

describe('FactFindings', () => {
  it('says of every example what the rules say, also when it only remembers it', () => {
    const judge = new FactFindings();
    for (const timeMs of [1_000, 2_000]) {
      const plain = detectInventory(parseFactCommands(FACTS, home), RULES, deps(timeMs));
      expect(plain.length).toBeGreaterThan(20);
      expect(inOrder(judge.judge(FACTS, home, RULES, deps(timeMs)))).toEqual(
        inOrder(plain.map((finding) => redactFinding(finding))),
      );
    }
  });

  it('asks the rules once for a fact, again for one that changed, and for all when the rules are others', () => {
    const asked: string[] = [];
    const counting: DetectionRule[] = RULES.flatMap((rule) =>
      rule.id === 'mcp.remote-plaintext-http' && rule.on === 'inventory'
        ? [{ ...rule, match: (fact: InventoryFact) => (asked.push(fact.kind), rule.match(fact)) }]
        : [],
    );
    const setting = (value: string): InventoryFact => ({
      kind: 'setting',
      agentId: 'cursor',
      path: '/home/jane/.cursor/settings.json',
      scope: 'user',
      pointer: '/a',
      key: 'a',
      value,
    });
    const judge = new FactFindings();
    const look = (rules: readonly DetectionRule[], ...facts: InventoryFact[]): number => {
      asked.length = 0;
      judge.judge(facts, home, rules, deps(1));
      return asked.length;
    };
    expect(look(counting, setting('one'), setting('two'))).toBe(2);
    expect(look(counting, setting('one'), setting('three'))).toBe(1);
    expect(look(counting, setting('two'))).toBe(1);
    expect(look([...counting], setting('two'))).toBe(1);
  });
});
