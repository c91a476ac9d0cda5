import type { Outcome } from '../../contract/event.ts';
import { bounded, MAX_NAME, MAX_OUTPUT } from '../shared/bounds.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getNumber, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import type { ReadTool, Transcript } from '../shared/transcript.ts';
import { vscodeTool } from './tools.ts';

/** What the screen shows of a call, as far as it is kept until the answer is complete. Plain JSON. */
export interface ShownCall {
  readonly id: string;
  readonly name: string;
  readonly server?: string;
  readonly command?: string;
  readonly args?: string;
  readonly output?: string;
  readonly exitCode?: number;
  readonly failed?: boolean;
  /** `ToolConfirmKind`: 0 refused, 1 not asked, 2 by a setting, 3 by the tool's own list, 4 by the person, 5 skipped. */
  readonly confirmed?: number;
}

const MAX_COMMAND = 8_192;
const MAX_SHOWN_OUTPUT = 2_048;

/** Ids of the model with a suffix of the editor: `toolu_…__vscode-1759845028970`. */
export function modelCallId(id: string): string {
  return bounded(id.replace(/__vscode-\d{1,20}$/, ''), MAX_NAME);
}

/** @returns undefined for parts of an answer that are no call. */
export function shownCall(part: JsonObject): ShownCall | undefined {
  if (part['kind'] !== 'toolInvocationSerialized' && part['kind'] !== 'toolInvocation') return undefined;
  const id = getText(part, 'toolCallId');
  const name = getText(part, 'toolId');
  if (id === undefined || name === undefined) return undefined;
  const terminal = getObject(part, 'toolSpecificData') ?? {};
  const isTerminal = terminal['kind'] === 'terminal';
  const line = getObject(terminal, 'commandLine') ?? {};
  const command = isTerminal
    ? (getText(line, 'userEdited') ??
      getText(line, 'toolEdited') ??
      getText(line, 'original') ??
      getText(terminal, 'command'))
    : undefined;
  const details = getObject(part, 'resultDetails') ?? {};
  const source = getObject(part, 'source') ?? {};
  const server =
    source['type'] === 'mcp' ? (getText(source, 'serverLabel') ?? getText(source, 'label')) : undefined;
  const args = getText(details, 'input');
  const output =
    getText(getObject(terminal, 'terminalCommandOutput') ?? {}, 'text') ?? outputText(details['output']);
  const exitCode = getNumber(getObject(terminal, 'terminalCommandState') ?? {}, 'exitCode');
  const confirmed = confirmedOf(part['isConfirmed']);
  return {
    id: modelCallId(id),
    name: bounded(name, MAX_NAME),
    ...(server === undefined ? {} : { server: bounded(server, MAX_NAME) }),
    ...(command === undefined ? {} : { command: bounded(command, MAX_COMMAND) }),
    ...(args === undefined ? {} : { args: bounded(args, MAX_COMMAND) }),
    ...(output === undefined ? {} : { output: bounded(output, MAX_SHOWN_OUTPUT) }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(details['isError'] === true ? { failed: true } : {}),
    ...(confirmed === undefined ? {} : { confirmed }),
  };
}

/** From a stored state; what is not one is forgotten. */
export function loadShown(value: unknown): readonly ShownCall[] {
  if (!isObject(value)) return [];
  const id = getText(value, 'id');
  const name = getText(value, 'name');
  if (id === undefined || name === undefined) return [];
  const [server, command, args, output] = ['server', 'command', 'args', 'output'].map((key) =>
    getText(value, key),
  );
  const exitCode = getNumber(value, 'exitCode');
  const confirmed = getNumber(value, 'confirmed');
  return [
    {
      id,
      name,
      ...(server === undefined ? {} : { server }),
      ...(command === undefined ? {} : { command }),
      ...(args === undefined ? {} : { args }),
      ...(output === undefined ? {} : { output }),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(value['failed'] === true ? { failed: true } : {}),
      ...(confirmed === undefined ? {} : { confirmed }),
    },
  ];
}

function confirmedOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return isObject(value) ? getNumber(value, 'type') : undefined;
}

function outputText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value;
  const texts = items.slice(0, 20).flatMap((item) => (isObject(item) ? (getText(item, 'value') ?? []) : []));
  return texts.length === 0 ? undefined : texts.join('\n');
}

/** The call as the screen showed it: of an answer that was stopped there is no other record. */
export function tellShown(shown: ShownCall, transcript: Transcript): void {
  const args = parseJsonObject(shown.args ?? '{}');
  const read = vscodeTool(shown.name, args.ok ? args.value : {});
  const withCommand: ReadTool =
    shown.command === undefined
      ? read
      : { tool: { name: read.tool.name, category: 'shell' }, input: { command: shown.command }, known: true };
  transcript.call(shown.id, shown.server === undefined ? withCommand : asMcp(withCommand, shown.server));
  tellDecision(shown, shown.id, transcript);
  transcript.result(shown.id, outcomeOf(shown), shown.output ?? '');
}

/** The record names the server; of the joined name only what stands behind it is the tool. */
function asMcp(read: ReadTool, server: string): ReadTool {
  const { name } = read.tool;
  const tool = read.tool.mcpTool ?? name;
  return { ...read, tool: { name, category: 'mcp', mcpServer: server, mcpTool: tool }, known: true };
}

/** Not asked, and skipped, decide nothing. */
export function tellDecision({ confirmed }: ShownCall, id: string, transcript: Transcript): void {
  if (confirmed === 0) transcript.decision(id, 'deny');
  else if (confirmed === 2 || confirmed === 3) transcript.decision(id, 'allow', 'rule');
  else if (confirmed === 4) transcript.decision(id, 'allow');
}

export function outcomeOf({ exitCode, failed, confirmed }: ShownCall): Outcome {
  if (confirmed === 0) return { status: 'denied' };
  const isError = failed === true || (exitCode !== undefined && exitCode !== 0);
  return { status: isError ? 'error' : 'ok', ...(exitCode === undefined ? {} : { exitCode }) };
}

const MAX_NODES = 500;

/** Text of a result: plain, or a rendered tree of nodes that hold `text`. Bounded in depth and number. */
export function resultText(result: unknown): string {
  const budget = { nodes: MAX_NODES, chars: MAX_OUTPUT };
  const texts: string[] = [];
  for (const part of isObject(result) ? getList(result, 'content').slice(0, 50) : []) {
    if (isObject(part)) collect(part['value'], 0, budget, texts);
  }
  return bounded(texts.join(''), MAX_OUTPUT);
}

function collect(
  node: unknown,
  depth: number,
  budget: { nodes: number; chars: number },
  texts: string[],
): void {
  budget.nodes -= 1;
  if (budget.nodes <= 0 || budget.chars <= 0 || depth > 24) return;
  if (typeof node === 'string') {
    budget.chars -= node.length;
    texts.push(bounded(node, MAX_OUTPUT));
  } else if (isObject(node)) {
    if ('node' in node) collect(node['node'], depth + 1, budget, texts);
    if (typeof node['text'] === 'string') collect(node['text'], depth + 1, budget, texts);
    for (const child of getList(node, 'children')) collect(child, depth + 1, budget, texts);
  }
}
