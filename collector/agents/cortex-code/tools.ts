import { createToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['file_path', 'path'];

/** Built-in tools of Cortex Code, by report (2026-11). */
export const CORTEX_TOOLS: readonly ToolShape[] = [
  { name: 'bash', category: 'shell', command: ['command', 'cmd'] },
  { name: 'bash_output', category: 'read' },
  { name: 'kill_shell', category: 'other' },
  { name: 'read', category: 'read', paths: FILE },
  { name: 'write', category: 'write', paths: FILE, content: ['content'] },
  { name: 'edit', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'multi_edit', category: 'write', paths: FILE },
  { name: 'notebook_edit', category: 'write', paths: ['notebook_path'], content: ['new_source'] },
  { name: 'grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'glob', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'web_fetch', category: 'web', url: ['url'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'snowflake_sql_execute', category: 'other', content: ['sql', 'query'] },
  { name: 'snowflake_object_search', category: 'search', query: ['query'] },
  { name: 'snowflake_product_docs', category: 'search', query: ['query'] },
  { name: 'reflect_semantic_model', category: 'other' },
  { name: 'task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'todo_write', category: 'plan' },
  { name: 'system_todo_write', category: 'plan' },
  { name: 'enter_plan_mode', category: 'plan' },
  { name: 'exit_plan_mode', category: 'plan', text: ['plan'] },
  { name: 'ask_user_question', category: 'other' },
  { name: 'skill', category: 'other', text: ['skill', 'name'] },
];

/** MCP names are Claude Code's: `mcp__<server>__<tool>`. */
export const cortexTool = createToolReader(CORTEX_TOOLS);
