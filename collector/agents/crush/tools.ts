import { createToolReader, splitAt } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['file_path', 'path'];

/** Built-in tools of Crush (`internal/agent/tools`, 2026-11). */
export const CRUSH_TOOLS: readonly ToolShape[] = [
  { name: 'bash', category: 'shell', command: ['command'], cwd: ['working_dir'], dialect: 'posix' },
  { name: 'job_output', category: 'read' },
  { name: 'job_list', category: 'read' },
  { name: 'job_wait', category: 'other' },
  { name: 'job_kill', category: 'other' },
  { name: 'view', category: 'read', paths: FILE },
  { name: 'ls', category: 'read', paths: FILE },
  { name: 'diagnostics', category: 'read', paths: FILE },
  { name: 'lsp_diagnostics', category: 'read', paths: FILE },
  { name: 'lsp_references', category: 'search', query: ['symbol'], paths: FILE },
  { name: 'lsp_restart', category: 'other' },
  { name: 'crush_info', category: 'read' },
  { name: 'crush_logs', category: 'read' },
  { name: 'list_mcp_resources', category: 'read' },
  { name: 'read_mcp_resource', category: 'read', url: ['uri'] },
  { name: 'edit', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'multiedit', category: 'write', paths: FILE },
  { name: 'write', category: 'write', paths: FILE, content: ['content'] },
  { name: 'delete', category: 'write', paths: FILE },
  { name: 'patch', category: 'write', content: ['patch_text'] },
  { name: 'download', category: 'web', url: ['url'], paths: FILE },
  { name: 'fetch', category: 'web', url: ['url'] },
  { name: 'web_fetch', category: 'web', url: ['url'] },
  { name: 'agentic_fetch', category: 'web', url: ['url'], text: ['prompt'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'sourcegraph', category: 'web', query: ['query'] },
  { name: 'glob', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'agent', category: 'subagent', text: ['prompt'] },
  { name: 'todos', category: 'plan' },
  { name: 'skill', category: 'other', text: ['name'] },
];

/** MCP names are `mcp_<server>_<tool>`; a server whose name has an underscore is cut at it. */
export const crushTool = createToolReader(CRUSH_TOOLS, (name) => splitAt(name, '_', 'mcp_'));
