import type { PathContext } from '../agents/path-context.ts';
import type { FileFormat, PathPattern } from '../agents/spec-discovery.ts';
import type { Principal } from '../contract/identity.ts';

/** A principal as its file tells of it; id, redaction, bounds and the guess about production come later, in one place. */
export type PrincipalDraft = Omit<Principal, 'id' | 'production'>;

export interface PrincipalFile {
  readonly path: string;
  readonly text: string;
}

/** One home to read from. Every file is bounded, regular, and inside the home unless it is the own one. */
export interface PrincipalHome {
  readonly context: PathContext;
  /** Files at a place, in name order and at most 500; none when there is nothing, or it may not be read. */
  read(pattern: PathPattern): readonly PrincipalFile[];
  /** The same for an absolute path that a variable or a file names. */
  readAt(path: string): readonly PrincipalFile[];
  /** Something is there. It is not opened. */
  find(pattern: PathPattern): readonly string[];
  /** `undefined` for what cannot be parsed. The parser never sees a value that stands under a secret's name. */
  parse(file: PrincipalFile, format: FileFormat): unknown;
  /** Keyed fingerprint, when the caller has a key. */
  readonly fingerprint: ((value: string) => string) | undefined;
}

/** One product: which files it reads and what they say. Never throws. */
export interface PrincipalSource {
  readonly id: string;
  read(home: PrincipalHome): readonly PrincipalDraft[];
}

type Os = PathContext['platform'];

/** A place that differs between the systems. */
export function placeOn(home: PrincipalHome, places: Readonly<Record<Os, PathPattern>>): PathPattern {
  return places[home.context.platform];
}

/** `{ key: value }`, or nothing for an unknown value, for spreading. */
export function known<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  const found: { [P in K]?: string } = {};
  if (value !== undefined && value !== '') found[key] = value;
  return found;
}

/** Host of a URL or host name, user-info and path dropped; `undefined` for what is none. */
export function hostOf(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 2_048) return undefined;
  const url = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(url)) return undefined;
  const { host } = new URL(url);
  return host === '' ? undefined : host;
}

/** Name of a program without its folder and arguments, which may hold a secret: `!/opt/x/get --key k` is `get`. */
export function programOf(command: string): string {
  const first = command.trim().replace(/^!\s*/, '').split(/\s/, 1)[0] ?? '';
  const name = first.split(/[\\/]/).at(-1) ?? '';
  return /^[\w.@+-]{1,64}$/.test(name) ? name : 'shell command';
}
