import { hash } from 'node:crypto';
import type { PathContext } from './agents/path-context.ts';
import type { McpServer } from './contract/agent.ts';
import type { Finding } from './contract/finding.ts';
import type { InventoryFact } from './contract/inventory-fact.ts';
import { detectInventory } from './pipeline/detect.ts';
import { parseFactCommands } from './pipeline/fact-commands.ts';
import { redactFinding } from './pipeline/redact.ts';
import type { DetectionRule } from './rules/rule.ts';

type Deps = Parameters<typeof detectInventory>[2];

const NOTHING: readonly Finding[] = [];

/**
 * Judges facts, and remembers what it said of each: most of what a look finds is as before. A fact is known again by a hash
 * of all it says; one that tells the time is judged each time.
 */
export class FactFindings {
  #rules: readonly DetectionRule[] | undefined;
  #inventoryRules: readonly DetectionRule[] = [];
  #said = new Map<string, readonly Finding[]>();

  /** @param home for commands: the facts come unparsed @returns findings free of secrets, in the order of the facts */
  judge(
    facts: readonly InventoryFact[],
    home: PathContext | undefined,
    rules: readonly DetectionRule[],
    deps: Deps,
  ): readonly Finding[] {
    if (this.#rules !== rules) {
      this.#said.clear();
      this.#inventoryRules = rules.filter(({ on }) => on === 'inventory');
    }
    this.#rules = rules;
    const now = new Map<string, readonly Finding[]>();
    const findings = new Map<string, Finding>();
    const keyOf = keysOfFacts();
    const judgeOne = (fact: InventoryFact): readonly Finding[] => {
      const parsed = home === undefined ? [fact] : parseFactCommands([fact], home);
      const said = detectInventory(parsed, this.#inventoryRules, deps);
      return said.length === 0 ? NOTHING : said.map((finding) => redactFinding(finding));
    };
    for (const fact of facts) {
      const key = keyOf(fact);
      const said = (key === undefined ? undefined : this.#said.get(key)) ?? judgeOne(fact);
      if (key !== undefined) now.set(key, said);
      for (const finding of said)
        if (!findings.has(finding.id))
          findings.set(finding.id, { ...finding, firstSeenMs: deps.timeMs, lastSeenMs: deps.timeMs });
    }
    // What is not there any more is forgotten.
    this.#said = now;
    return [...findings.values()];
  }
}

/** Of the facts of one look, in their order: profiles come after the servers they hold. */
function keysOfFacts(): (fact: InventoryFact) => string | undefined {
  const servers = new WeakMap<McpServer, string>();
  return (fact) => {
    if (fact.kind === 'credential' || fact.kind === 'extension') return undefined;
    if (fact.kind === 'profile') {
      // All servers of an agent are in it, and each was told before.
      const { servers: own, ...rest } = fact;
      const keys = own.map((server) => servers.get(server) ?? digest(server));
      return digest([rest, keys]);
    }
    const key = digest(fact);
    if (fact.kind === 'mcp-server') servers.set(fact.server, key);
    return key;
  };
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64');
}
