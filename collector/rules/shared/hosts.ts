import { getDomain } from 'tldts';
import { RISKY_DESTINATIONS } from './destinations.ts';
import type { DestinationClass } from './destinations.ts';

export interface HostPort {
  /** Normalised, see `normalizeHost`. */
  readonly host: string;
  readonly port?: number;
}

export interface ParsedUrl extends HostPort {
  /** Lower case, without the colon: `https`, `ssh`, `postgresql`. */
  readonly scheme: string;
  /** With the leading slash; `/` when absent. */
  readonly path: string;
  /** Without the question mark; may hold secrets, never to be stored as is. */
  readonly query: string;
  readonly hasUserInfo: boolean;
  /** `scheme://host[:port]/path`: user-info, query and fragment dropped, so safe to store. */
  readonly url: string;
}

export const HOST_CLASSES = [
  'loopback',
  'unspecified',
  'metadata',
  'link-local',
  'private',
  'local-name',
  'public-ip',
  'public',
] as const;
/** `local-name` = a name of this network (`printer`, `db.internal`, `x.local`); `metadata` = cloud instance metadata. */
export type HostClass = (typeof HOST_CLASSES)[number];

const MAX_HOST = 253;
const MAX_URL = 8_192;

/**
 * One spelling per host: lower case, no user-info, no port, no trailing dot, IDNA as punycode, cut at NUL or blank;
 * IPv4 in decimal, hex, octal or short form becomes four numbers, IPv4 in IPv6 too; IPv6 has no brackets.
 * @returns `undefined` for what cannot be a host. Never throws.
 */
export function normalizeHost(raw: string): string | undefined {
  let text = raw.length > 512 ? raw.slice(0, 512) : raw;
  if (PLAIN_HOST.test(text) && text.length <= MAX_HOST) return text;
  const end = text.search(END_OF_HOST);
  if (end >= 0) text = text.slice(0, end);
  const at = text.lastIndexOf('@');
  if (at >= 0) text = text.slice(at + 1);
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    text = close < 0 ? text.slice(1) : text.slice(1, close);
  } else if (text.indexOf(':') === text.lastIndexOf(':')) {
    const colon = text.indexOf(':');
    if (colon >= 0) text = text.slice(0, colon);
  }
  if (text.includes(':')) return normalizeIpv6(text);
  text = text.replace(/\.$/, '');
  if (text === '' || text.length > MAX_HOST) return undefined;
  // `localhost:3000` is plain without its port; only punycode is checked even then.
  if (PLAIN_HOST.test(text) && !text.includes('xn--')) return text;
  // The URL parser is the one IDNA and odd-IPv4 reader at hand; it says no to forbidden characters.
  const probe = `http://${text}/`;
  if (!URL.canParse(probe)) return undefined;
  const host = new URL(probe).hostname.replace(/\.$/, '');
  return host === '' ? undefined : host;
}

/**
 * Takes a URL apart as a command-line client would: user-info up to the last `@`, backslashes as slashes, host normalised.
 * Also `git@host:path` (scheme `ssh`) and `//host/path`.
 * @returns `undefined` when there is no scheme and host. Never throws.
 */
export function parseUrl(raw: string): ParsedUrl | undefined {
  if (lastUrl.raw !== raw) lastUrl = { raw, url: takeApart(raw) };
  return lastUrl.url;
}

/** Many rules ask about the one address of a call. */
let lastUrl: { readonly raw: string; readonly url: ParsedUrl | undefined } = { raw: '', url: undefined };

function takeApart(raw: string): ParsedUrl | undefined {
  let text = raw.length > MAX_URL ? raw.slice(0, MAX_URL) : raw;
  const cut = text.search(END_OF_URL);
  if (cut >= 0) text = text.slice(0, cut);
  const mark = text.indexOf('://');
  if (mark <= 0) return parseScpForm(text);
  const scheme = text.slice(0, mark).toLowerCase();
  if (!/^[a-z][a-z0-9+.-]{0,31}$/.test(scheme)) return undefined;
  const rest = text.slice(mark + 3);
  const slash = rest.search(/[/\\?#]/);
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const tail = slash < 0 ? '' : rest.slice(slash);
  const at = authority.lastIndexOf('@');
  const place = splitHostPort(at < 0 ? authority : authority.slice(at + 1));
  if (place === undefined) return undefined;
  const hash = tail.indexOf('#');
  const bare = hash < 0 ? tail : tail.slice(0, hash);
  const question = bare.indexOf('?');
  const path = (question < 0 ? bare : bare.slice(0, question)).replaceAll('\\', '/') || '/';
  return {
    scheme,
    ...place,
    path,
    query: question < 0 ? '' : bare.slice(question + 1),
    hasUserInfo: at >= 0,
    url: `${scheme}://${bracket(place.host)}${place.port === undefined ? '' : `:${place.port}`}${path === '/' ? '' : path}`,
  };
}

/** `host`, `host:port`, `[v6]:port`, `user@host:port`. */
export function splitHostPort(raw: string): HostPort | undefined {
  const host = normalizeHost(raw);
  if (host === undefined) return undefined;
  const digits = /[^:]:(\d{1,5})$/.exec(raw)?.[1] ?? /\]:(\d{1,5})$/.exec(raw)?.[1];
  const port = digits === undefined ? undefined : Number(digits);
  if (port === undefined || port > 65_535 || (host.includes(':') && !raw.includes(']'))) return { host };
  return { host, port };
}

/** Where a normalised host is, as far as its name tells. */
export function classifyHost(host: string): HostClass {
  const ip = parseIpv4(host);
  if (ip !== undefined) return classifyIpv4(ip);
  if (host.includes(':')) return classifyIpv6(host);
  if (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === 'localhost.localdomain' ||
    host === 'ip6-localhost'
  ) {
    return 'loopback';
  }
  if (host === 'metadata.google.internal' || host === 'metadata' || host === 'instance-data.ec2.internal')
    return 'metadata';
  if (
    host === 'host.docker.internal' ||
    host === 'gateway.docker.internal' ||
    host === 'kubernetes.docker.internal'
  ) {
    return 'loopback';
  }
  if (!host.includes('.') || LOCAL_SUFFIX.test(host)) return 'local-name';
  return 'public';
}

/** Not reachable from outside this machine or its network. */
export function isLocalHost(host: string): boolean {
  const kind = classifyHost(host);
  return kind !== 'public' && kind !== 'public-ip' && kind !== 'metadata';
}

/** `bbc.co.uk` of `www.bbc.co.uk`; for `x.github.io` the name a person registered; `undefined` for IPs and local names. */
export function registrableDomain(host: string): string | undefined {
  return (
    getDomain(host, { allowPrivateDomains: true, extractHostname: false, validateHostname: false }) ??
    undefined
  );
}

/** `true` when `host` is `domain` or below it. Both normalised. */
export function isHostOf(host: string, domain: string): boolean {
  return (
    host === domain || (host.endsWith(domain) && host.charCodeAt(host.length - domain.length - 1) === 46)
  );
}

/**
 * The kind of place data goes to that needs a second look; `undefined` for everything ordinary.
 * @param path URL path with leading slash when known: chat webhooks are told from their API by it
 */
export function riskyDestination(host: string, path = '/'): DestinationClass | undefined {
  const kind = classifyHost(host);
  if (kind === 'public-ip') return 'raw-ip';
  if (kind === 'metadata') return 'metadata';
  if (kind !== 'public') return undefined;
  for (let at = 0; at >= 0; at = nextLabel(host, at)) {
    const entry = RISKY_DESTINATIONS.get(at === 0 ? host : host.slice(at));
    if (entry === undefined) continue;
    if (entry.path === undefined || path.toLowerCase().startsWith(entry.path)) return entry.class;
  }
  return undefined;
}

function nextLabel(host: string, at: number): number {
  const dot = host.indexOf('.', at);
  return dot < 0 ? -1 : dot + 1;
}

/** Already normal: lower-case labels, the last one starting with a letter (so it is no number in disguise). */
const PLAIN_HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.){0,10}[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const END_OF_HOST = /[\0\s/\\?#]/;
const END_OF_URL = /[\0\s]/;
const LOCAL_SUFFIX =
  /\.(?:local|lan|internal|intranet|corp|home|home\.arpa|localdomain|test|svc|cluster\.local|private|invalid)$/;

/** `git@github.com:owner/repo.git`; not `C:\x` and not a bare word. */
function parseScpForm(text: string): ParsedUrl | undefined {
  const form = /^(?:([\w.-]{1,64})@)?([A-Za-z0-9_.-]{2,253}):(?!\d{1,5}$)([^\\:][^:]*)?$/.exec(text);
  if (form === null || (form[1] === undefined && !(form[2] ?? '').includes('.'))) return undefined;
  const host = normalizeHost(form[2] ?? '');
  if (host === undefined) return undefined;
  const rest = form[3] ?? '';
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return {
    scheme: 'ssh',
    host,
    path,
    query: '',
    hasUserInfo: form[1] !== undefined,
    url: `ssh://${host}${path}`,
  };
}

function bracket(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function parseIpv4(host: string): readonly number[] | undefined {
  const first = host.charCodeAt(0);
  if (first < 48 || first > 57) return undefined;
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  return match === null ? undefined : match.slice(1).map(Number);
}

function classifyIpv4(ip: readonly number[]): HostClass {
  const [a = 0, b = 0, c = 0, d = 0] = ip;
  if (a === 127) return 'loopback';
  if (a === 0) return 'unspecified';
  if ((a === 169 && b === 254 && c === 169 && d === 254) || (a === 169 && b === 254 && c === 170 && d === 2))
    return 'metadata';
  if (a === 100 && b === 100 && c === 100 && d === 200) return 'metadata';
  if (a === 169 && b === 254) return 'link-local';
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return 'private';
  if (a === 100 && b >= 64 && b <= 127) return 'private';
  return 'public-ip';
}

function classifyIpv6(host: string): HostClass {
  if (host === '::1') return 'loopback';
  if (host === '::') return 'unspecified';
  if (host === 'fd00:ec2::254') return 'metadata';
  if (/^fe[89ab]/.test(host)) return 'link-local';
  if (/^f[cd]/.test(host)) return 'private';
  return 'public-ip';
}

function normalizeIpv6(text: string): string | undefined {
  const probe = `http://[${text.replace(/%.*$/s, '')}]/`;
  if (!URL.canParse(probe)) return undefined;
  const host = new URL(probe).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (mapped?.[1] === undefined || mapped[2] === undefined) return host;
  const high = Number.parseInt(mapped[1], 16);
  const low = Number.parseInt(mapped[2], 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
