/** What one entry of an allow list covers, whichever agent wrote it. */
export type RuleShape =
  | { readonly kind: 'shell'; readonly match: 'any' | 'exact' | 'prefix' | 'words'; readonly text: string }
  | { readonly kind: 'mcp'; readonly server: string; readonly tool: string | undefined }
  | { readonly kind: 'tool'; readonly name: string; readonly spec: string | undefined }
  | { readonly kind: 'unknown' };

const SHELL_TOOLS = /^(?:bash|shell|powershell|run_shell_command|shelltool)$/i;

/**
 * - Claude Code: `Bash`, `Bash(git diff:*)` (prefix), `Bash(npm run *)`, `Bash(make)` (exact), `mcp__server__tool`,
 *   `WebFetch(domain:example.com)`, `Read(~/x/**)`.
 * - Cursor CLI: `Shell(git)` (first word), `Mcp(server:tool)`.
 * - Gemini CLI: `run_shell_command(git status)` (prefix by words).
 * - VS Code terminal: a bare prefix by words, or `/regex/`, which is not judged here.
 */
export function shapeOf(agentId: string, rule: string): RuleShape {
  const text = rule.trim();
  if (agentId === 'vscode-copilot') {
    if (text === '*' || text === '/.*/' || text === '/.+/') return { kind: 'shell', match: 'any', text: '' };
    return text.startsWith('/') ? { kind: 'unknown' } : { kind: 'shell', match: 'words', text };
  }
  if (text.startsWith(MCP) && text.length > MCP.length) return mcpShape(text.slice(MCP.length));
  const cursorMcp = /^Mcp\(([^:,)]{1,300})[:,]([^)]{1,300})\)$/.exec(text);
  if (cursorMcp !== null) return mcpOf(cursorMcp[1] ?? '', cursorMcp[2]);
  const parts = /^([\w*-]+)(?:\(([\s\S]*)\))?$/.exec(text);
  if (parts === null) return { kind: 'unknown' };
  const [, tool = '', spec] = parts;
  if (!SHELL_TOOLS.test(tool)) return tool === '*' ? { kind: 'unknown' } : { kind: 'tool', name: tool, spec };
  return shellShape(agentId, spec);
}

const MCP = 'mcp__';

/** `server__tool`, `server__*`, `server`. */
function mcpShape(name: string): RuleShape {
  const at = name.indexOf('__', 1);
  return at < 0 || at + 2 === name.length
    ? mcpOf(name, undefined)
    : mcpOf(name.slice(0, at), name.slice(at + 2));
}

function mcpOf(server: string, tool: string | undefined): RuleShape {
  const name = tool?.trim();
  return { kind: 'mcp', server: server.trim(), tool: name === '*' ? undefined : name };
}

function shellShape(agentId: string, spec: string | undefined): RuleShape {
  const body = spec?.trim() ?? '';
  if (/^(?:\*|:\*|)$/.test(body)) return { kind: 'shell', match: 'any', text: '' };
  const open = /^(.*?)(?::\*|(?<!\s)\s+\*)$/s.exec(body);
  if (open !== null) return { kind: 'shell', match: 'prefix', text: open[1] ?? '' };
  if (body.includes('*')) return { kind: 'unknown' };
  return { kind: 'shell', match: agentId === 'claude-code' ? 'exact' : 'words', text: body };
}

/** Whether a shell rule covers one simple command. */
export function coversCommand(shape: RuleShape & { kind: 'shell' }, command: string): boolean {
  switch (shape.match) {
    case 'any':
      return true;
    case 'exact':
      return command === shape.text;
    case 'prefix':
    case 'words':
      return command === shape.text || command.startsWith(`${shape.text} `);
  }
}
