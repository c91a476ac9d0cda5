import type { McpServer } from '../contract/agent.ts';
import { entriesAt, field, isFields, textAt, textsAt } from '../agents/shared/document.ts';
import type { CredentialCollector, SecretPlace } from './credentials.ts';
import { packageOf, type PackageSpec } from './package-spec.ts';

/** One server definition of any vendor, in one shape. Still holds secrets. */
interface Definition {
  readonly transport: McpServer['transport'];
  readonly command: string | undefined;
  readonly args: readonly string[];
  /** Pointer of the first argument's place: `/args`, or `/command` for vendors that write one list. */
  readonly argsPointer: (index: number) => string;
  readonly url: { readonly value: string; readonly key: string } | undefined;
  readonly env: readonly (readonly [name: string, value: string, key: string])[];
  readonly headers: readonly (readonly [name: string, value: string, key: string])[];
  readonly enabled: boolean;
  readonly autoApproved: readonly string[];
}

const URL_KEYS = ['url', 'serverUrl', 'httpUrl', 'uri', 'endpoint'] as const;
const ENV_KEYS = ['env', 'environment'] as const;
const HEADER_KEYS = ['headers', 'http_headers'] as const;

/** Reads the shapes of Claude, Codex, Gemini, Copilot, OpenCode, Cursor and VS Code. Pure; bad parts are left out. */
export function readDefinition(entry: unknown): Definition | undefined {
  if (!isFields(entry)) return undefined;
  const url = URL_KEYS.flatMap((key) => {
    const value = textAt(entry, key);
    return value === undefined ? [] : [{ key, value }];
  })[0];
  const line = commandLine(entry);
  if (line === undefined && url === undefined) return undefined;
  return {
    transport: transportOf(entry, line !== undefined, url?.key),
    command: line?.command,
    args: line?.args ?? [],
    argsPointer: line?.argsPointer ?? (() => '/args'),
    url,
    env: pairs(entry, ENV_KEYS),
    headers: pairs(entry, HEADER_KEYS),
    enabled:
      field(entry, 'disabled') !== true &&
      field(entry, 'enabled') !== false &&
      field(entry, 'isActive') !== false,
    autoApproved: approvals(entry),
  };
}

function commandLine(entry: unknown):
  | {
      readonly command: string;
      readonly args: readonly string[];
      readonly argsPointer: (index: number) => string;
    }
  | undefined {
  const list = textsAt(entry, 'command');
  const [first, ...others] = list;
  if (first !== undefined) {
    return { command: first, args: others, argsPointer: (index) => `/command/${index + 1}` };
  }
  const command = textAt(entry, 'command') ?? textAt(entry, 'command', 'path');
  if (command === undefined) return undefined;
  const args = textsAt(entry, 'args');
  const words = command.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  // `"command": "npx -y thing"` works in several agents; a path with spaces must stay whole.
  if (args.length === 0 && words.length > 1 && !/[\\/]/.test(words[0] ?? '')) {
    const [program = command, ...rest] = words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
    return { command: program, args: rest, argsPointer: () => '/command' };
  }
  return { command, args, argsPointer: (index) => `/args/${index}` };
}

function transportOf(
  entry: unknown,
  hasCommand: boolean,
  urlKey: string | undefined,
): McpServer['transport'] {
  const named = (
    textAt(entry, 'type') ??
    textAt(entry, 'transport') ??
    textAt(entry, 'transportType') ??
    ''
  ).toLowerCase();
  if (named === 'sse') return 'sse';
  if (named === 'stdio' || named === 'local') return 'stdio';
  if (named !== '') return hasCommand && urlKey === undefined ? 'stdio' : 'http';
  return hasCommand ? 'stdio' : 'http';
}

function pairs(entry: unknown, keys: readonly string[]): Definition['env'] {
  return keys.flatMap((key) =>
    entriesAt(entry, key).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, String(value), key] as const]
        : [],
    ),
  );
}

/** Tools that run without asking, in each vendor's words; `*` for all. */
function approvals(entry: unknown): readonly string[] {
  const listed = ['autoApprove', 'alwaysAllow', 'autoApproved'].flatMap((key) =>
    field(entry, key) === true ? ['*'] : textsAt(entry, key),
  );
  const byTool = entriesAt(entry, 'tools').flatMap(([tool, policy]) =>
    textAt(policy, 'approval_mode') === 'approve' ? [tool] : [],
  );
  const byPolicy = entriesAt(entry, 'toolPolicy').flatMap(([tool, policy]) =>
    policy === 'allow' ? [tool] : [],
  );
  const all = textAt(entry, 'default_tools_approval_mode') === 'approve' ? ['*'] : [];
  return [...listed, ...byTool, ...byPolicy, ...all];
}

export interface RedactedServer {
  readonly fields: Pick<
    McpServer,
    'transport' | 'command' | 'args' | 'url' | 'envNames' | 'headerNames' | 'package'
  >;
  readonly env: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly autoApproved: readonly string[];
}

/** Takes the secrets out of a definition. @param place where the entry is; its pointer is extended. */
export function redactDefinition(
  definition: Definition,
  place: SecretPlace,
  collector: CredentialCollector,
): RedactedServer {
  const at = (suffix: string): SecretPlace => ({ ...place, pointer: (place.pointer ?? '') + suffix });
  const args = redactArguments(definition.args, (index) => at(definition.argsPointer(index)), collector);
  const env = definition.env.map(
    ([name, value, key]) => [name, collector.redact(name, value, at(`/${key}/${escape(name)}`))] as const,
  );
  for (const [name, value, key] of definition.headers) {
    collector.redact(name, value, at(`/${key}/${escape(name)}`));
  }
  const command =
    definition.command === undefined
      ? undefined
      : collector.redact(undefined, definition.command, at('/command'));
  const url =
    definition.url === undefined
      ? undefined
      : redactUrl(definition.url.value, at(`/${definition.url.key}`), collector);
  const spec: PackageSpec | undefined = command === undefined ? undefined : packageOf(command, args);
  return {
    fields: {
      transport: definition.transport,
      ...(command === undefined ? {} : { command, args: [...args] }),
      ...(url === undefined ? {} : { url }),
      envNames: definition.env.map(([name]) => collector.redact(undefined, name, place)),
      headerNames: definition.headers.map(([name]) => collector.redact(undefined, name, place)),
      ...(spec === undefined ? {} : { package: spec }),
    },
    env: Object.fromEntries(env),
    enabled: definition.enabled,
    autoApproved: definition.autoApproved,
  };
}

/** Arguments give each other names: `--token X`, `--token=X`, `-e NAME=X`, `--header "Name: X"`. */
export function redactArguments(
  args: readonly string[],
  placeOf: (index: number) => SecretPlace,
  collector: CredentialCollector,
): readonly string[] {
  return args.map((arg, index) => {
    const place = placeOf(index);
    const joined = /^(-{0,2})([A-Za-z_][\w.-]*)(=|:\s+)([\s\S]+)$/.exec(arg);
    if (joined !== null && !arg.includes('://', joined[1]?.length ?? 0)) {
      const [, dashes = '', name = '', separator = '', value = ''] = joined;
      return dashes + name + separator + collector.redact(name, value, place);
    }
    if (joined !== null && joined[3] === '=') {
      const [, dashes = '', name = '', separator = '', value = ''] = joined;
      return dashes + name + separator + redactUrl(value, place, collector);
    }
    if (arg.startsWith('-')) return collector.redact(undefined, arg, place);
    const flag = args[index - 1];
    const name = flag?.startsWith('-') === true && !flag.includes('=') ? flag.replace(/^-+/, '') : undefined;
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(arg)
      ? redactUrl(arg, place, collector)
      : collector.redact(name, arg, place);
  });
}

/**
 * A path segment that only makes sense as a key: long, mixed, and no UUID.
 * Hosted MCP servers hand out such addresses (`…/s/<key>/mcp`) and the address is the login.
 */
const KEY_SEGMENT = /^(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_=-]{28,}$/;
/** Keeps secrets of the path apart from those that stand elsewhere in the same address. */
const PATH_PARTS = 1_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function redactUrl(url: string, place: SecretPlace, collector: CredentialCollector): string {
  const redacted = collector.redact(undefined, url, place);
  const [, head = '', path = '', tail = ''] =
    /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)([^?#]*)([\s\S]*)$/i.exec(redacted) ?? [];
  if (head === '') return redacted;
  const clean = path
    .split('/')
    .map((segment, index) => {
      if (!KEY_SEGMENT.test(segment) || UUID.test(segment)) return segment;
      const host = head.replace(/^.*:\/\//, '').replace(/^.*@/, '');
      collector.add(
        { kind: 'url-key', provider: host, pointer: place.pointer ?? '', value: segment },
        place,
        PATH_PARTS + index,
      );
      return '[redacted:url-key]';
    })
    .join('/');
  return head + clean + tail;
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
