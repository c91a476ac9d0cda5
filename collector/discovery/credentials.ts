import { createHash } from 'node:crypto';
import type { Credential, Scope } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { KeychainItem, RawCredential } from '../agents/spec-discovery.ts';
import { pointer } from '../agents/shared/document.ts';
import type { ClassifiedSecret, SecretFinder, SecretSpan } from './inventory.ts';

/** Where a value stands, and who uses it. */
export interface SecretPlace {
  readonly path: string;
  readonly pointer?: string;
  readonly line?: number;
  readonly envVar?: string;
  /** Permission bits of the file; absent where the OS has none. */
  readonly mode?: number;
  readonly scope: Scope;
  readonly agentIds: readonly string[];
  readonly mcpServerId?: string;
  /** The file records what was typed, pasted or remembered. */
  readonly leftover?: Leftover;
}

type Leftover = NonNullable<CredentialFact['leftover']>;

/** Takes secrets out of everything that passes through, and keeps a record of each. */
export interface CredentialCollector {
  /** @returns the text with every secret replaced by `[redacted:<kind>]` */
  redact(name: string | undefined, value: string, place: SecretPlace): string;
  /** The same for a value of any shape; keys are the names. Deeper than a config is, it is cut off. */
  redactDeep(name: string | undefined, value: unknown, place: SecretPlace): unknown;
  /**
   * A value that is known to be a secret from where it stands.
   * @param part which of several secrets in one value; `redact` counts its own from 0
   */
  add(raw: RawCredential, place: SecretPlace, part?: number): void;
  /** A secret that the finder saw in a text; `place` has its line. */
  addFound(span: SecretSpan, value: string, place: SecretPlace, part: number): void;
  addKeychain(item: KeychainItem, path: string, agentIds: readonly string[]): void;
  /** Files that hold at least one secret. */
  holdsSecret(path: string): boolean;
  /** Credentials of one MCP server. */
  idsOf(mcpServerId: string): readonly string[];
  /** @param owners leaves out agents that are not on this machine */
  facts(owners: (agentIds: readonly string[]) => string[]): readonly CredentialFact[];
}

export type CredentialFact = Extract<InventoryFact, { kind: 'credential' }>;

const MAX_DEPTH = 20;
const SCHEME = /^(?:bearer|basic|token|apikey|bot)\s+/i;
/** Folders that another machine or a cloud has a copy of. */
const SHARED_FOLDER =
  /\/(?:dropbox|onedrive[^/]*|google ?drive|my drive|mobile documents|icloud ?drive|nextcloud|box sync|syncthing|pcloud ?drive)(?:\/|$)/i;

interface Kept {
  credential: Credential;
  placeholder: boolean;
  leftover?: Leftover;
}

export function createCredentialCollector(
  finder: SecretFinder,
  fingerprint: (value: string) => string,
  nowMs: number,
): CredentialCollector {
  const kept = new Map<string, Kept>();
  const paths = new Set<string>();

  function keep(
    value: string,
    what: ClassifiedSecret & { readonly plaintext?: boolean },
    place: SecretPlace,
    part: number,
  ): void {
    const id = shortHash(
      'credential',
      place.path,
      place.pointer ?? String(place.line ?? ''),
      place.envVar ?? '',
      String(part),
    );
    paths.add(place.path);
    const mcpServerIds = place.mcpServerId === undefined ? [] : [place.mcpServerId];
    const known = kept.get(id)?.credential.usedBy;
    kept.set(id, {
      placeholder: what.placeholder === true,
      ...(place.leftover !== undefined && { leftover: place.leftover }),
      credential: {
        id,
        kind: what.kind,
        provider: what.provider,
        ...(what.principal === undefined ? {} : { principal: what.principal }),
        ...(what.scopes === undefined ? {} : { scopes: [...what.scopes] }),
        location: {
          path: place.path,
          ...(place.pointer === undefined ? {} : { pointer: hide(place.pointer) }),
          ...(place.line === undefined ? {} : { line: place.line }),
          ...(place.envVar === undefined ? {} : { envVar: place.envVar }),
        },
        fingerprint: fingerprint(value),
        plaintext: what.plaintext ?? true,
        ...(place.mode === undefined ? {} : { fileMode: octal(place.mode) }),
        ...(what.issuedMs === undefined
          ? {}
          : { issuedMs: what.issuedMs, ageMs: Math.max(0, nowMs - what.issuedMs) }),
        ...(what.expiresMs === undefined ? {} : { expiresMs: what.expiresMs }),
        usedBy: {
          agentIds: union(known?.agentIds ?? [], place.agentIds),
          mcpServerIds: union(known?.mcpServerIds ?? [], mcpServerIds),
        },
      },
    });
  }

  /** Keys of a file are part of every pointer; a secret used as a key is hidden there without a record of its own. */
  function hide(text: string): string {
    let out = '';
    let from = 0;
    for (const span of finder.findSecrets(text)) {
      out += `${text.slice(from, span.start)}[redacted:${span.kind}]`;
      from = span.end;
    }
    return out + text.slice(from);
  }

  /** The finder knows where it is; what a token tells of itself needs the token alone. */
  function keepFound(span: SecretSpan, secret: string, place: SecretPlace, part: number): void {
    const more = finder.classifySecret(undefined, secret);
    keep(
      secret,
      { ...more, kind: span.kind, provider: span.provider, placeholder: span.placeholder },
      place,
      part,
    );
  }

  function redact(name: string | undefined, value: string, place: SecretPlace): string {
    if (value === '') return value;
    const spans = finder.findSecrets(value);
    if (spans.length === 0) {
      const what = finder.classifySecret(name, value);
      if (what === undefined) return value;
      const scheme = SCHEME.exec(value)?.[0] ?? '';
      keep(value.slice(scheme.length), what, place, 0);
      return `${scheme}[redacted:${what.kind}]`;
    }
    let out = '';
    let from = 0;
    for (const [part, span] of spans.entries()) {
      keepFound(span, value.slice(span.start, span.end), place, part);
      out += `${value.slice(from, span.start)}[redacted:${span.kind}]`;
      from = span.end;
    }
    return out + value.slice(from);
  }

  function redactDeep(name: string | undefined, value: unknown, place: SecretPlace, depth = 0): unknown {
    if (typeof value === 'string') return redact(name, value, place);
    if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
    if (depth >= MAX_DEPTH) return '[too deep]';
    const at = (key: string | number): SecretPlace => ({
      ...place,
      pointer: (place.pointer ?? '') + pointer(key),
    });
    if (Array.isArray(value)) {
      const items: readonly unknown[] = value;
      return items.map((item, index) => redactDeep(name, item, at(index), depth + 1));
    }
    if (value instanceof Date) return value.toISOString();
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        redact(undefined, key, place),
        redactDeep(key, item, at(key), depth + 1),
      ]),
    );
  }

  return {
    redact,
    redactDeep: (name, value, place) => redactDeep(name, value, place),
    add(raw, place, part = 0) {
      if (raw.value === '') return;
      const known = finder.classifySecret(undefined, raw.value);
      keep(
        raw.value,
        { ...known, ...raw, placeholder: known?.placeholder === true },
        { ...place, pointer: raw.pointer },
        part,
      );
    },
    addFound: keepFound,
    addKeychain(item, path, agentIds) {
      const id = shortHash('keychain', path, item.item, '', '');
      kept.set(id, {
        placeholder: false,
        credential: {
          id,
          kind: item.kind,
          provider: item.provider,
          location: { path, keychainItem: item.item },
          fingerprint: `keychain:${item.item}`,
          plaintext: false,
          usedBy: { agentIds: [...agentIds], mcpServerIds: [] },
        },
      });
    },
    holdsSecret: (path) => paths.has(path),
    idsOf: (mcpServerId) =>
      [...kept.values()]
        .filter(({ credential }) => credential.usedBy.mcpServerIds.includes(mcpServerId))
        .map(({ credential }) => credential.id),
    facts: (owners) =>
      [...kept.values()].map(({ credential, placeholder, leftover }) => ({
        kind: 'credential',
        credential: {
          ...credential,
          usedBy: { ...credential.usedBy, agentIds: owners(credential.usedBy.agentIds) },
        },
        placeholder,
        ...(leftover !== undefined && { leftover }),
        sharedFolder: SHARED_FOLDER.test(credential.location.path),
      })),
  };
}

export function union(known: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...known, ...more])];
}

export function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

/** A stable id from what identifies a thing; NUL keeps the parts apart. */
export function shortHash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 20);
}
