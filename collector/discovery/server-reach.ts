import type { McpServer } from '../contract/agent.ts';
import { packageOf } from './package-spec.ts';

type Reach = NonNullable<McpServer['reach']>;

interface Definition {
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly url: string | undefined;
}

/** What one definition may name; more is not kept. */
const MAX_EACH = 50;
const MAX_CHARS = 300;
/** From the home or here, from the root (`/c` is a flag of Windows), of a drive, of a share: `~/x`, `/x`, `C:\x`, `\\x`. */
const PATH = /^(?:~|\.{1,2})(?:[\\/]|$)|^\/(?!\/|[a-z?]$)|^[A-Za-z]:[\\/]|^\\\\\w/i;
/** `${workspaceFolder}`, `$HOME/x`: a variable alone may hold anything, but for those that hold a folder by their name. */
const VARIABLE_PATH =
  /^\$\{?(?:[\w:.]{1,60}\}?[\\/]|(?:env:)?(?:HOME|PWD|USERPROFILE|cwd|userHome|workspace\w{0,40}|\w{1,40}_(?:DIR|ROOT|HOME))\}?$)/i;
/** `scheme://user:pass@host:port/…`; what was taken out of it stands in brackets before the `@`. */
const ADDRESS = /^[a-z][a-z0-9+.-]{0,30}:\/\/(?:[^/?#]*@)?(\[[0-9a-f:.]+\]|[^/?#:@[\]]+)(?::(\d{1,5}))?/i;
/** `db.example.com:5432`; told apart from words by the name of the flag or variable. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)(?::(\d{1,5}))?$/i;
const HOST_NAME = /(?:^|[_-])(?:host|hostname)$/i;
/** Their values may be words of another kind: only what has a dot, or is this machine, is a host. */
const PERHAPS_HOST_NAME = /(?:^|[_-])(?:server|endpoint|domain|url|uri|addr|address|site)$/i;
const CERTAIN_HOST = /\.|^localhost$/;
/** Parts of addresses that look like places of the disk. */
const ROUTE_NAME = /(?:^|[_-])(?:route|prefix|endpoint|url|uri|(?:base|context|api)_?path)$/i;
/** Where it listens, not where it goes. */
const ANYWHERE = new Set(['0.0.0.0', '[::]']);
/** Where programs find their parts: every one has them. */
const OWN_PLACES =
  /^(?:PATH|HOME|PWD|SHELL|TMPDIR|TEMP|TMP|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|NODE_PATH|PYTHONPATH|LD_LIBRARY_PATH|NODE_EXTRA_CA_CERTS|XDG_\w+)$/i;
const MOUNTS = new Set(['-v', '--volume', '--mount']);

/**
 * Places and hosts that a definition names: what it was set up to reach, as far as that is written down. What a program
 * does besides is not known from it. Pure; arguments, variables and address come redacted.
 * @returns `undefined` when nothing is named
 */
export function reachOf({ command, args, env, url }: Definition): Reach | undefined {
  const paths = new Map<string, string>();
  const hosts = new Map<string, string>();
  const note = (name: string, value: string, from: string): void => {
    for (const one of partsOf(value)) {
      const host = hostOf(name, one);
      if (host !== undefined) keep(hosts, host, from);
      else if (isPath(one) && !ROUTE_NAME.test(name)) keep(paths, one, from);
    }
  };
  if (url !== undefined) note('', url, 'url');
  // The program's own file is not what it reaches.
  const own = command === undefined ? -1 : scriptAt(command, args);
  args.forEach((arg, index) => {
    if (index === own) return;
    const before = args[index - 1] ?? '';
    const from = `argument ${String(index + 1)}`;
    const [, flag = '', joined] = /^(--?[\w-]+)=([\s\S]*)$/.exec(arg) ?? [];
    if (MOUNTS.has(before) || MOUNTS.has(flag)) {
      const source = mountedFrom(joined ?? arg);
      if (source !== undefined) note('', source, from);
    } else if (/^-(?:e|-env)$/.test(before)) {
      const [, name = '', value = ''] = /^(\w+)=([\s\S]*)$/.exec(arg) ?? [];
      if (!OWN_PLACES.test(name)) note(name, value, from);
    } else if (joined !== undefined) note(flag, joined, from);
    else if (!arg.startsWith('-')) note(/^--?[\w-]+$/.test(before) ? before : '', arg, from);
  });
  for (const [name, value] of Object.entries(env))
    if (!OWN_PLACES.test(name)) note(name, value, `variable ${name}`);
  if (paths.size + hosts.size === 0) return undefined;
  return {
    paths: [...paths].map(([path, from]) => ({ path, from })),
    hosts: [...hosts].map(([host, from]) => ({ host, from })),
  };
}

function isPath(text: string): boolean {
  return PATH.test(text) || VARIABLE_PATH.test(text);
}

function keep(places: Map<string, string>, place: string, from: string): void {
  if (places.size < MAX_EACH && place.length <= MAX_CHARS && !places.has(place)) places.set(place, from);
}

/** Lists of places are parted by commas, and by colons where all parts are from the root. */
function partsOf(value: string): readonly string[] {
  if (value.length > MAX_CHARS * MAX_EACH) return [];
  const parts = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.flatMap((part) => {
    const places = part.split(':');
    return places.length > 1 && places.every((place) => /^[~/]/.test(place)) ? places : [part];
  });
}

function hostOf(name: string, value: string): string | undefined {
  const address = ADDRESS.exec(value);
  const [, host = '', port] = address ?? HOST.exec(value) ?? [];
  const isNamed = HOST_NAME.test(name) || (PERHAPS_HOST_NAME.test(name) && CERTAIN_HOST.test(host));
  if (address === null && !isNamed) return undefined;
  if (host === '' || ANYWHERE.has(host) || /^\d+$/.test(host) || /^file:/i.test(value)) return undefined;
  return (port === undefined ? host : `${host}:${port}`).toLowerCase();
}

/** `node /srv/x.js`, `python -m x`, `npx pkg`: the argument that says what runs. */
function scriptAt(command: string, args: readonly string[]): number {
  if (packageOf(command, args) !== undefined) return -1;
  const program = command.split(/[\\/]/).at(-1) ?? '';
  if (
    !/^(?:node|bun|deno|python[\d.]*|pythonw|ruby|java|bash|sh|zsh|uv|tsx|ts-node|php|perl)(?:\.exe)?$/i.test(
      program,
    )
  )
    return -1;
  return args.findIndex((arg) => !arg.startsWith('-') && arg !== 'run');
}

/** `/data:/mnt:ro`, `type=bind,source=/data,target=/mnt`: the folder of this machine. A volume has none. */
function mountedFrom(mount: string): string | undefined {
  const named = /(?:^|,)(?:source|src)=([^,]+)/.exec(mount)?.[1];
  if (named !== undefined) return isPath(named) ? named : undefined;
  const source = /^(?:[A-Za-z]:[\\/][^:]*|[^:]+)(?=:)/.exec(mount)?.[0];
  return source !== undefined && isPath(source) ? source : undefined;
}
