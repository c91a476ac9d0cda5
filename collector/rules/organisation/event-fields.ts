import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import type { EnrichedEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { globToRegExp } from './glob.ts';

/** Bounds of what one expression can look at: with them, its cost is known before it runs (see `cost.ts`). */
export const MAX_ITEMS = 64;
export const MAX_ARGS = 512;
const MAX_TEXT = 16_384;
const MAX_WORD = 1_000;

/** One simple command of a shell call, wrappers peeled off. */
class Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly text: string;
  readonly cwd: string;
  readonly where: string;
  readonly elevated: boolean;
  readonly elsewhere: boolean;

  constructor(command: ShellCommand, args: readonly string[]) {
    this.program = command.program;
    this.args = args;
    this.text = [command.program, ...args].join(' ');
    this.cwd = command.cwd ?? '';
    this.where = command.where ?? '';
    this.elevated = command.elevated;
    this.elsewhere = command.elsewhere;
  }
}

/** Something a call touches. */
class Resource {
  readonly kind: string;
  readonly value: string;
  readonly access: string;

  constructor(kind: string, value: string, access: string) {
    this.kind = kind;
    this.value = value;
    this.access = access;
  }
}

const EVENT = { id: 'string', kind: 'string', agent: 'string', session: 'string', user: 'string' } as const;
const TOOL = { name: 'string', category: 'string', mcp_server: 'string', mcp_tool: 'string' } as const;
const INPUT = {
  command: 'string',
  path: 'string',
  url: 'string',
  query: 'string',
  content: 'string',
  text: 'string',
} as const;
const SESSION = {
  workspace: 'string',
  permission_mode: 'string',
  home: 'string',
  prompts: 'list<string>',
  tool_calls: 'int',
  untrusted: 'bool',
  sensitive: 'bool',
  sent: 'bool',
} as const;

/** Everything an expression can name. Unknown names are refused when a file is loaded, not when an attack happens. */
export const ENVIRONMENT: Environment = new Environment({ limits: { maxAstNodes: 500, maxDepth: 24 } })
  .registerType('Command', {
    ctor: Command,
    fields: {
      program: 'string',
      args: 'list<string>',
      text: 'string',
      cwd: 'string',
      where: 'string',
      elevated: 'bool',
      elsewhere: 'bool',
    },
  })
  .registerType('Resource', {
    ctor: Resource,
    fields: { kind: 'string', value: 'string', access: 'string' },
  })
  .registerVariable('event', { schema: EVENT })
  .registerVariable('tool', { schema: TOOL })
  .registerVariable('input', { schema: INPUT })
  .registerVariable('session', { schema: SESSION })
  .registerVariable('commands', 'list<Command>')
  .registerVariable('resources', 'list<Resource>')
  .registerFunction('string.matchRe(string): bool', (text: string, pattern: string) => isMatch(text, pattern))
  .registerFunction('string.glob(string): bool', (text: string, pattern: string) =>
    isMatch(text, globToRegExp(pattern)),
  )
  .registerFunction('string.inside(string): bool', (path: string, folder: string) => isInside(path, folder))
  .registerFunction('string.hostIs(string): bool', (host: string, domain: string) => isHost(host, domain));

export interface EventFields {
  readonly event: Readonly<Record<keyof typeof EVENT, string>>;
  readonly tool: Readonly<Record<keyof typeof TOOL, string>>;
  readonly input: Readonly<Record<keyof typeof INPUT, string>>;
  readonly session: {
    readonly workspace: string;
    readonly permission_mode: string;
    readonly home: string;
    readonly prompts: readonly string[];
    readonly tool_calls: bigint;
    readonly untrusted: boolean;
    readonly sensitive: boolean;
    readonly sent: boolean;
  };
  readonly commands: readonly Command[];
  readonly resources: readonly Resource[];
}

const projected = new WeakMap<EnrichedEvent, EventFields>();

/** The event as expressions see it; absent texts are empty, lists and texts are cut. Made once per event for all rules. */
export function eventFields(event: EnrichedEvent, context: SessionContext): EventFields {
  const known = projected.get(event);
  if (known !== undefined) return known;
  const call = event.kind === 'tool.call' ? event : undefined;
  const fields: EventFields = {
    event: {
      id: event.id,
      kind: event.kind,
      agent: event.agentId,
      session: event.sessionId,
      user: event.actor.user,
    },
    tool: {
      name: call?.tool.name ?? '',
      category: call?.tool.category ?? '',
      mcp_server: call?.tool.mcpServer ?? '',
      mcp_tool: call?.tool.mcpTool ?? '',
    },
    input: {
      command: cut(call?.input.command),
      path: cut(call?.input.paths?.[0]),
      url: cut(call?.input.url),
      query: cut(call?.input.query),
      content: cut(call?.input.content),
      text: cut(event.kind === 'prompt.submit' ? event.text : call?.input.text),
    },
    session: {
      workspace: context.workspace ?? '',
      permission_mode: context.permissionMode ?? '',
      home: context.home,
      prompts: context.prompts.map((prompt) => cut(prompt)),
      tool_calls: BigInt(context.toolCalls),
      untrusted: context.untrusted.length > 0,
      sensitive: context.sensitive.length > 0,
      sent: context.sent.length > 0,
    },
    commands: commandsOf(event),
    resources: event.resources
      .slice(0, MAX_ITEMS)
      .map(({ kind, value, access }) => new Resource(kind, value.slice(0, MAX_WORD), access)),
  };
  projected.set(event, fields);
  return fields;
}

function commandsOf(event: EnrichedEvent): Command[] {
  let room = MAX_ARGS;
  return (event.shell?.commands ?? []).slice(0, MAX_ITEMS).map((command) => {
    const args = command.args.slice(0, room).map((arg) => arg.slice(0, MAX_WORD));
    room -= args.length;
    return new Command(command, args);
  });
}

function cut(text: string | undefined): string {
  return text === undefined ? '' : text.slice(0, MAX_TEXT);
}

const patterns = new Map<string, RE2JS>();

/** Linear in the text whatever the pattern: RE2, not the backtracking engine of the language. */
function isMatch(text: string, pattern: string): boolean {
  return compiled(pattern).test(text);
}

/** @throws when RE2 does not take the pattern; literals are tried when their file is loaded. */
export function compiled(pattern: string): RE2JS {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const made = RE2JS.compile(pattern);
  if (patterns.size > 1_000) patterns.clear();
  patterns.set(pattern, made);
  return made;
}

function isInside(path: string, folder: string): boolean {
  const root = folder.replace(/(?<![\\/])[\\/]+$/, '');
  return root !== '' && (path === root || path.startsWith(`${root}/`) || path.startsWith(`${root}\\`));
}

/** The host itself or a name below it; never `notexample.com` for `example.com`. */
function isHost(host: string, domain: string): boolean {
  const [name, wanted] = [host.toLowerCase(), domain.toLowerCase()];
  return wanted !== '' && (name === wanted || name.endsWith(`.${wanted}`));
}
