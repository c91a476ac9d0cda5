import { createToolReader, splitAt } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

/** Built-in tools of Codebuff and Freebuff (`common/src/tools`, 2026-11). */
export const CODEBUFF_TOOLS: readonly ToolShape[] = [
  { name: 'run_terminal_command', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'read_files', category: 'read', paths: ['paths'] },
  { name: 'read_subtree', category: 'read', paths: ['paths'] },
  { name: 'list_directory', category: 'read', paths: ['path'] },
  { name: 'write_file', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'str_replace', category: 'write', paths: ['path'] },
  { name: 'apply_patch', category: 'write', content: ['patch', 'operation'] },
  { name: 'propose_write_file', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'propose_str_replace', category: 'write', paths: ['path'] },
  { name: 'create_plan', category: 'plan', paths: ['path'], content: ['plan'] },
  { name: 'code_search', category: 'search', query: ['pattern'], paths: ['cwd'] },
  { name: 'find_files', category: 'search', query: ['prompt'] },
  { name: 'glob', category: 'search', query: ['pattern'], paths: ['cwd'] },
  { name: 'lookup_agent_info', category: 'other', text: ['agentId'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'read_url', category: 'web', url: ['url'] },
  { name: 'read_docs', category: 'web', query: ['libraryTitle', 'topic'] },
  { name: 'browser_logs', category: 'web', url: ['url'] },
  { name: 'spawn_agents', category: 'subagent' },
  { name: 'spawn_agent_inline', category: 'subagent', text: ['prompt'] },
  { name: 'think_deeply', category: 'plan', text: ['thought'] },
  { name: 'write_todos', category: 'plan' },
  { name: 'add_subgoal', category: 'plan' },
  { name: 'update_subgoal', category: 'plan' },
  { name: 'add_message', category: 'other', text: ['content'] },
  { name: 'set_messages', category: 'other' },
  { name: 'set_output', category: 'other' },
  { name: 'suggest_followups', category: 'other' },
  { name: 'ask_user', category: 'other' },
  { name: 'skill', category: 'other', text: ['name'] },
  { name: 'task_completed', category: 'other' },
  { name: 'end_turn', category: 'other' },
];

/** MCP names are `<server>/<tool>`. */
export const codebuffTool = createToolReader(CODEBUFF_TOOLS, (name) => splitAt(name, '/'));
