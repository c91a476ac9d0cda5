import type { ASTNode } from '@marcbachmann/cel-js';
import { compiled, ENVIRONMENT, MAX_ARGS, MAX_ITEMS, type EventFields } from './event-fields.ts';

export interface Expression<T> {
  evaluate(fields: EventFields): T;
}

export type Compiled<T> =
  | { readonly ok: true; readonly expression: Expression<T> }
  /** `offset` counts characters from the start of the expression. */
  | { readonly ok: false; readonly reason: string; readonly offset: number };

/** About 20 ns each: an expression ends in under a millisecond on the largest event there is. */
const MAX_COST = 40_000;
const REGEX_COST = 40;
const MAX_SOURCE = 4_000;
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** The language's own function uses a backtracking engine; ours has the same length, so positions in errors stay. */
const LANGUAGE_MATCH = 'matches';
const LINEAR_MATCH = 'matchRe';

/** Refuses what does not parse, names a field that does not exist, is of another type, or could cost too much. */
export function compileCondition(source: string): Compiled<boolean> {
  const made = compile(source, 'bool');
  if (!made.ok) return made;
  return { ok: true, expression: { evaluate: (fields) => made.run(fields) === true } };
}

/** An expression that gives a text. */
export function compileText(source: string): Compiled<string> {
  const made = compile(source, 'string');
  if (!made.ok) return made;
  return { ok: true, expression: { evaluate: (fields) => textOf(made.run(fields)) } };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

type Run = (fields: EventFields) => unknown;
type Made =
  | { readonly ok: true; readonly run: Run }
  | { readonly ok: false; readonly reason: string; readonly offset: number };

function compile(source: string, type: 'bool' | 'string'): Made {
  if (source.length > MAX_SOURCE) return failed(`longer than ${String(MAX_SOURCE)} characters`, 0);
  try {
    const first = ENVIRONMENT.parse(source);
    const problem = problemIn(first.ast);
    if (problem !== undefined) return problem;
    const parsed = ENVIRONMENT.parse(withLinearMatch(source, first.ast));
    const check = parsed.check();
    if (!check.valid) {
      const { error } = check;
      return failed(shown(error?.summary ?? 'not valid'), error?.range?.start ?? 0);
    }
    if (check.type !== type && check.type !== 'dyn')
      return failed(`must give a ${type}, gives a ${check.type ?? 'unknown'}`, 0);
    const cost = costOf(parsed.ast);
    if (cost > MAX_COST) {
      return failed(
        `could look at too much (${String(Math.round(cost))} steps, at most ${String(MAX_COST)}): nest fewer loops`,
        0,
      );
    }
    return { ok: true, run: (fields) => guarded(parsed, fields) };
  } catch (error) {
    return failed(summaryOf(error), offsetOf(error));
  }
}

/** An error while evaluating, such as the first item of an empty list, means: does not apply. */
function guarded(run: (fields: Record<string, unknown>) => unknown, fields: EventFields): unknown {
  try {
    return run({ ...fields });
  } catch {
    return undefined;
  }
}

function failed(reason: string, offset: number): Made & { ok: false } {
  return { ok: false, reason, offset };
}

/** People wrote `matches`; they should read it in the error too. */
function shown(reason: string): string {
  return reason.replaceAll(LINEAR_MATCH, LANGUAGE_MATCH).slice(0, 200);
}

function summaryOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'summary' in error && typeof error.summary === 'string')
    return shown(error.summary);
  return error instanceof Error ? shown(error.message) : 'not valid';
}

function offsetOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('range' in error)) return 0;
  const { range } = error;
  if (typeof range !== 'object' || range === null || !('start' in range)) return 0;
  return typeof range.start === 'number' ? range.start : 0;
}

/** Patterns must be written out: one that comes from a log would be the log's choice of work for us. */
function problemIn(root: ASTNode): (Made & { ok: false }) | undefined {
  for (const node of nodesOf(root)) {
    if (node.op !== 'rcall') continue;
    const [name, , args] = node.args;
    if (name !== LANGUAGE_MATCH && name !== 'glob') continue;
    const [pattern] = args;
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string')
      return failed(`${name}() takes a pattern written out as text`, pattern?.start ?? node.start);
    if (name !== LANGUAGE_MATCH) continue;
    try {
      compiled(pattern.args);
    } catch (error) {
      return failed(
        `pattern: ${error instanceof Error ? error.message.slice(0, 150) : 'not valid'}`,
        pattern.start,
      );
    }
  }
  return undefined;
}

function withLinearMatch(source: string, root: ASTNode): string {
  let text = source;
  for (const node of nodesOf(root)) {
    if (node.op !== 'rcall' || node.args[0] !== LANGUAGE_MATCH) continue;
    const at = source.indexOf(LANGUAGE_MATCH, node.args[1].range.end);
    text = text.slice(0, at) + LINEAR_MATCH + text.slice(at + LANGUAGE_MATCH.length);
  }
  return text;
}

/** Steps on the largest event: a loop over a list of the event costs 64 rounds, one over its parts a share of theirs. */
function costOf(node: ASTNode, inLoop = false): number {
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args;
    const own = name === LINEAR_MATCH || name === 'glob' ? REGEX_COST : 1;
    if (!LOOPS.has(name)) return sum([receiver, ...args], inLoop) + own;
    const rounds = inLoop && !isEventList(receiver) ? MAX_ARGS / MAX_ITEMS : MAX_ITEMS;
    return costOf(receiver, inLoop) + rounds * sum(args, true);
  }
  return sum(childrenOf(node), inLoop) + 1;
}

function isEventList(node: ASTNode): boolean {
  return node.op === 'id' && (node.args === 'commands' || node.args === 'resources');
}

function sum(nodes: readonly ASTNode[], inLoop: boolean): number {
  return nodes.reduce((total, node) => total + costOf(node, inLoop), 0);
}

function* nodesOf(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'list':
      return node.args;
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}
