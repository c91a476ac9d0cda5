import type {
  AgentAccount,
  ConfigReading,
  RawCredential,
  RawHook,
  RawMcpServer,
  RawSetting,
  RawVariable,
} from '../spec-discovery.ts';
import { entriesAt, field, isFields, itemsAt, jwtClaims, jwtExpiryMs, pointer, textAt } from './document.ts';

/** Servers in a map `name → definition` at `path`. */
export function serversAt(document: unknown, ...path: readonly string[]): readonly RawMcpServer[] {
  return entriesAt(document, ...path).map(([name, entry]) => ({
    name,
    entry,
    pointer: pointer(...path, name),
  }));
}

/** An MCP file of its own: `mcpServers`, `servers`, or the bare map some vendors and plug-ins write. */
export function readMcpFile(document: unknown): ConfigReading {
  for (const key of ['mcpServers', 'servers']) {
    if (isFields(field(document, key))) return { mcpServers: serversAt(document, key) };
  }
  const bare = serversAt(document).filter(
    ({ entry }) => textAt(entry, 'command') !== undefined || textAt(entry, 'url') !== undefined,
  );
  return { mcpServers: bare };
}

/** The named settings that are present. A key is a path: `permissions.defaultMode` looks in `permissions`. */
export function settingsAt(document: unknown, keys: readonly string[]): readonly RawSetting[] {
  return keys.flatMap((key) => {
    const parts = key.split('.');
    const value = field(document, ...parts);
    return value === undefined ? [] : [{ key, value, pointer: pointer(...parts) }];
  });
}

/** Like `settingsAt` for files whose keys hold the dots themselves (VS Code), nested form included. */
export function dottedSettingsAt(document: unknown, keys: readonly string[]): readonly RawSetting[] {
  return keys.flatMap((key) => {
    const value = field(document, key);
    return value === undefined ? settingsAt(document, [key]) : [{ key, value, pointer: pointer(key) }];
  });
}

/** A map of environment variables. Numbers and booleans count as their text, as every shell sees them. */
export function variablesAt(document: unknown, ...path: readonly string[]): readonly RawVariable[] {
  return entriesAt(document, ...path).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [{ name, value: String(value), pointer: pointer(...path, name) }]
      : [],
  );
}

const COMMAND_KEYS = ['command', 'bash', 'powershell', 'windows', 'linux', 'osx', 'url'] as const;

/**
 * Hooks in the common shape: `event → [{matcher, hooks: [{command}]}]`, or `event → [{command}]`.
 * A hook without a command (prompt, plug-in) runs nothing here and is left out.
 */
export function hooksAt(document: unknown, ...path: readonly string[]): readonly RawHook[] {
  return entriesAt(document, ...path).flatMap(([event]) =>
    itemsAt(document, ...path, event).flatMap((group, index) => {
      const at = [...path, event, index];
      const nested = itemsAt(group, 'hooks');
      return nested.length === 0
        ? commandsOf(group, event, at)
        : nested.flatMap((hook, inner) => commandsOf(hook, event, [...at, 'hooks', inner]));
    }),
  );
}

function commandsOf(hook: unknown, event: string, at: readonly (string | number)[]): readonly RawHook[] {
  return COMMAND_KEYS.flatMap((key) => {
    const command = textAt(hook, key);
    return command === undefined ? [] : [{ event, command, pointer: pointer(...at, key) }];
  });
}

/** One secret of a file, or nothing when it is absent. */
export function credentialAt(
  document: unknown,
  path: readonly string[],
  facts: Omit<RawCredential, 'pointer' | 'value'>,
): readonly RawCredential[] {
  const value = textAt(document, ...path);
  if (value === undefined) return [];
  const expiresMs = facts.expiresMs ?? jwtExpiryMs(value);
  const claims = jwtClaims(value);
  const principal = facts.principal ?? textAt(claims, 'email') ?? textAt(claims, 'sub');
  return [
    {
      ...facts,
      value,
      pointer: pointer(...path),
      ...(expiresMs === undefined ? {} : { expiresMs }),
      ...(principal === undefined ? {} : { principal }),
    },
  ];
}

/** Leaves out what a file does not say, so that absent stays absent. */
export function account(
  id: string | undefined,
  more: { readonly [K in 'email' | 'organization' | 'plan']?: string | undefined },
): readonly AgentAccount[] {
  if (id === undefined) return [];
  return [
    {
      id,
      ...(more.email === undefined ? {} : { email: more.email }),
      ...(more.organization === undefined ? {} : { organization: more.organization }),
      ...(more.plan === undefined ? {} : { plan: more.plan }),
    },
  ];
}

/** `permissionMode` when the file sets one. */
export function mode(value: string | undefined): Pick<ConfigReading, 'permissionMode'> {
  return value === undefined ? {} : { permissionMode: value };
}
