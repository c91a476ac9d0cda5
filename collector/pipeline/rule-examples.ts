import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { BaselineRule, DetectionRule, ProcessRule } from '../rules/rule.ts';
import { differs } from './baseline/example-run.ts';
import { examplePlace, runExample } from './example-events.ts';
import { parseFactCommands } from './fact-commands.ts';
import { analyzeShell } from './shell/index.ts';

export interface ExampleFailure {
  readonly example: string;
  /** `hit`: it should have fired and did not; `miss`: it fired and should not have. */
  readonly kind: 'hit' | 'miss';
  readonly reason: string;
}

/** Runs a rule on its own examples, by the same engine as on real logs; gives those that did not come out as stated. */
export function failuresOf(rule: DetectionRule | ProcessRule | BaselineRule): ExampleFailure[] {
  switch (rule.on) {
    case 'event':
      return judge(rule.examples, (example) => runExample(rule, example).length > 0);
    case 'inventory':
      return judge(rule.examples, (example) => rule.match(asFound(example.fact, example.command)).length > 0);
    case 'text':
      return judge(rule.examples, ({ path = 'CLAUDE.md', role = 'instructions', text }) => {
        return rule.match({ path, role, text }).length > 0;
      });
    case 'process':
      return judge(rule.examples, (example) => rule.match(example.fact).length > 0);
    case 'baseline':
      return judge(rule.examples, (example) => differs(rule, example));
  }
}

function judge<E extends { readonly name: string }>(
  examples: { readonly hit: readonly E[]; readonly miss: readonly E[] },
  fires: (example: E) => boolean,
): ExampleFailure[] {
  const failure = (example: E, kind: 'hit' | 'miss'): ExampleFailure[] => {
    try {
      if (fires(example) === (kind === 'hit')) return [];
      return [{ example: example.name, kind, reason: kind === 'hit' ? 'did not fire' : 'fired' }];
    } catch (error) {
      return [{ example: example.name, kind, reason: error instanceof Error ? error.message : 'failed' }];
    }
  };
  return [
    ...examples.hit.flatMap((example) => failure(example, 'hit')),
    ...examples.miss.flatMap((example) => failure(example, 'miss')),
  ];
}

/** The fact with its command line analysed, as discovery gives it. */
function asFound(fact: InventoryFact, command: string | undefined): InventoryFact {
  const { home, platform } = examplePlace({});
  if (command !== undefined && (fact.kind === 'hook' || fact.kind === 'mcp-server' || fact.kind === 'alias'))
    return { ...fact, shell: analyzeShell(command, { dialect: 'posix', home, platform, cwd: home }) };
  return parseFactCommands([fact], { home, platform })[0] ?? fact;
}
