import type { JsonObject } from './json.ts';
import { splitMcpName, type McpName } from './mcp-name.ts';
import { patchPaths } from './patch.ts';
import { argsInput, inputOf, shapesByName, type ToolShape } from './tool-shape.ts';
import type { ReadTool } from './transcript.ts';

export type ToolReader = (name: string, args: JsonObject) => ReadTool;

/**
 * A reader of calls, for an agent with a fixed list of tools. Files named by an `apply_patch` envelope become paths.
 * @param splitMcp how the agent joins server and tool; asked only for names that are not in the list
 */
export function createToolReader(
  shapes: readonly ToolShape[],
  splitMcp: (name: string) => McpName | undefined = splitMcpName,
): ToolReader {
  const byName = shapesByName(shapes);
  return (name, args) => {
    const shape = byName.get(name);
    if (shape !== undefined) {
      const input = inputOf(shape, args);
      const isPatch = input.paths === undefined && input.content?.includes('*** Begin Patch') === true;
      const paths = isPatch ? patchPaths(input.content ?? '') : [];
      return {
        tool: { name, category: shape.category },
        input: paths.length === 0 ? input : { ...input, paths },
        known: true,
      };
    }
    const mcp = splitMcp(name);
    if (mcp === undefined) return { tool: { name, category: 'other' }, input: argsInput(args), known: false };
    const tool = { name, category: 'mcp' as const, mcpServer: mcp.server, mcpTool: mcp.tool };
    return { tool, input: argsInput(args), known: true };
  };
}

/** `<server><joint><tool>`, split at the first joint; for agents that give every server's tools such names. */
export function splitAt(name: string, joint: string, prefix = ''): McpName | undefined {
  if (!name.startsWith(prefix)) return undefined;
  const rest = name.slice(prefix.length);
  const cut = rest.indexOf(joint);
  if (cut <= 0 || cut + joint.length >= rest.length) return undefined;
  return { server: rest.slice(0, cut), tool: rest.slice(cut + joint.length) };
}
