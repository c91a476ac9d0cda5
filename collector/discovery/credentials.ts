import { hash } from 'node:crypto';
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
  /** Adds the records of a part; the part stays as it is. */
  take(part: KeptSecrets): void;
  kept(): KeptSecrets;
  /** Files that hold at least one secret. */
  holdsSecret(path: string): boolean;
  /** Credentials of one MCP server. */
  idsOf(mcpServerId: string): readonly string[];
  /** @param owners leaves out agents that are not on this machine */
  facts(owners: (agentIds: readonly string[]) => string[], nowMs: number): readonly CredentialFact[];
}

export type CredentialFact = Extract<InventoryFact, { kind: 'credential' }>;

const MAX_DEPTH = 20;
const SCHEME = /^(?:bearer|basic|token|apikey|bot)\s+/i;
/** Folders that another machine or a cloud has a copy of. */
const SHARED_FOLDER =
  /\/(?:dropbox|onedrive[^/]*|google ?drive|my drive|mobile documents|icloud ?drive|nextcloud|box sync|syncthing|pcloud ?drive)(?:\/|$)/i;

interface Kept {
  readonly credential: Credential;
  readonly placeholder: boolean;
  readonly leftover?: Leftover;
}

/** Records by id. */
export type KeptSecrets = ReadonlyMap<string, Kept>;

export function createCredentialCollector(
  finder: SecretFinder,
  fingerprint: (value: string) => string,
): CredentialCollector {
  const kept = new Map<string, Kept>();
  const paths = new Set<string>();
  let byServer: ReadonlyMap<string, readonly string[]> | undefined;

  /** The same secret in the same place, met again, has the users of both times. */
  function put(id: string, found: Kept): void {
    byServer = undefined;
    const known = kept.get(id)?.credential.usedBy;
    if (known === undefined) {
      kept.set(id, found);
      return;
    }
    const { usedBy } = found.credential;
    kept.set(id, {
      ...found,
      credential: {
        ...found.credential,
        usedBy: {
          agentIds: union(known.agentIds, usedBy.agentIds),
          mcpServerIds: union(known.mcpServerIds, usedBy.mcpServerIds),
        },
      },
    });
  }

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
    put(id, {
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
        ...(what.issuedMs === undefined ? {} : { issuedMs: what.issuedMs }),
        ...(what.expiresMs === undefined ? {} : { expiresMs: what.expiresMs }),
        usedBy: {
          agentIds: [...place.agentIds],
          mcpServerIds: place.mcpServerId === undefined ? [] : [place.mcpServerId],
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
      put(id, {
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
    take(part) {
      for (const [id, found] of part) {
        const { path, keychainItem } = found.credential.location;
        if (keychainItem === undefined) paths.add(path);
        put(id, found);
      }
    },
    kept: () => kept,
    holdsSecret: (path) => paths.has(path),
    idsOf(mcpServerId) {
      byServer ??= byServers(kept.values());
      return byServer.get(mcpServerId) ?? [];
    },
    facts: (owners, nowMs) =>
      [...kept.values()].map(({ credential, placeholder, leftover }) => ({
        kind: 'credential',
        credential: {
          ...credential,
          ...(credential.issuedMs !== undefined && { ageMs: Math.max(0, nowMs - credential.issuedMs) }),
          usedBy: { ...credential.usedBy, agentIds: owners(credential.usedBy.agentIds) },
        },
        placeholder,
        ...(leftover !== undefined && { leftover }),
        sharedFolder: SHARED_FOLDER.test(credential.location.path),
      })),
  };
}

function byServers(kept: Iterable<Kept>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { credential } of kept) {
    for (const server of credential.usedBy.mcpServerIds) {
      const ids = found.get(server);
      if (ids === undefined) found.set(server, [credential.id]);
      else ids.push(credential.id);
    }
  }
  return found;
}

export function union(known: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...known, ...more])];
}

export function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

/** A stable id from what identifies a thing; NUL keeps the parts apart. */
export function shortHash(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\0')).slice(0, 20);
}
