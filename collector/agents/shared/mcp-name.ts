export interface McpName {
  readonly server: string;
  readonly tool: string;
}

/**
 * Splits `mcp__<server>__<tool>` at the first `__` after the prefix. A server name that itself holds `__` cannot
 * be told from the tool here; callers that know the configured names, or have an attribution field, use that.
 */
export function splitMcpName(name: string): McpName | undefined {
  if (!name.startsWith('mcp__')) return undefined;
  const rest = name.slice(5);
  const cut = rest.indexOf('__');
  if (cut <= 0 || cut + 2 >= rest.length) return undefined;
  return { server: rest.slice(0, cut), tool: rest.slice(cut + 2) };
}
