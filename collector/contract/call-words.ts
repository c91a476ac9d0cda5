import type { CallWords } from './overview.ts';
import type { StoredEvent } from './stored.ts';

const MAX_OBJECT = 300;

/**
 * The words of a tool call for a person: `{verb: 'ran', object: 'npm test'}`. The same in the window, the tray and the
 * command line. The object comes from a log: make it safe for where it is shown.
 * @returns `undefined` for other events
 */
export function callWords(event: Pick<StoredEvent, 'tool' | 'input' | 'resources'>): CallWords | undefined {
  const { tool } = event;
  if (tool === undefined) return undefined;
  const text = (key: string): string => {
    const value = event.input?.[key];
    return typeof value === 'string' ? value : '';
  };
  const first = event.resources[0]?.value ?? '';
  const more = event.resources.length > 1 ? { rest: `and ${event.resources.length - 1} more` } : {};
  switch (tool.category) {
    case 'shell':
      return words('ran', text('command') || tool.name);
    case 'read':
      return words('read', first || tool.name, more);
    case 'write':
      return words('changed', first || tool.name, more);
    case 'search':
      return words('searched', text('query') || first || tool.name);
    case 'web':
      return words('fetched', text('url') || text('query') || first || tool.name);
    case 'mcp':
      return words('asked', tool.mcpTool ?? tool.name, {
        ...(tool.mcpServer !== undefined && { rest: `on ${tool.mcpServer} (MCP)` }),
      });
    case 'subagent':
      return words('started a sub-agent', text('text') || tool.name);
    case 'plan':
      return words('planned', text('text') || tool.name);
    case 'other':
      return words('used', tool.name);
  }
}

function words(verb: string, object: string, rest: { readonly rest?: string } = {}): CallWords {
  const line = object.replaceAll(/\s+/g, ' ').trim();
  const cut = line.length > MAX_OBJECT ? `${line.slice(0, MAX_OBJECT - 1).toWellFormed()}…` : line;
  return { verb, object: cut, ...rest };
}
