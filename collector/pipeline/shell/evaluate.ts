import type { ParsedScript } from 'unbash';
import { DECLARERS, readCommand } from './command-words.ts';
import type { Expander } from './expander.ts';
import type { Input, Scope, Sink, StaticText } from './state.ts';
import { childScope } from './state.ts';
import { staticOutput } from './static-output.ts';

export function createExpander(scope: Scope, sink: Sink): Expander {
  return { sink, scope, pending: [], evaluate: evaluateScript };
}

/** What a substitution prints, when every command in it is one whose output is known. Adds no commands. */
function evaluateScript(script: ParsedScript, scope: Scope, sink: Sink): StaticText | undefined {
  const only = script.commands.length === 1 ? script.commands[0]?.command : undefined;
  if (only === undefined || scope.tree > 16) return undefined;
  const stages = only.type === 'Pipeline' ? only.commands : [only];
  let flow: StaticText | undefined;
  for (const node of stages) {
    if (node.type !== 'Command' || node.name === undefined || node.prefix.length > 0) return undefined;
    if (DECLARERS.has(node.name.text)) return undefined;
    const expander: Expander = { sink, scope, pending: [], evaluate: evaluateInner };
    const input: Input | undefined = flow === undefined ? undefined : { ...flow, heredoc: false };
    const { words, redirects, stdin } = readCommand(node, expander, input);
    if (redirects.some((redirect) => redirect.operator === '<' || redirect.operator === '>'))
      return undefined;
    flow = staticOutput(words, stdin, scope.cwd);
    if (flow === undefined) return undefined;
  }
  return flow;
}

/** Substitutions in substitutions: a few levels only. */
function evaluateInner(script: ParsedScript, scope: Scope, sink: Sink): StaticText | undefined {
  const inner = childScope(scope);
  inner.tree = scope.tree + 4;
  return evaluateScript(script, inner, sink);
}
