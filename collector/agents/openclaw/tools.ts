import { createToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

/** Built-in tools of OpenClaw, Pi's among them (source, 2026-11). */
export const OPENCLAW_TOOLS: readonly ToolShape[] = [
  { name: 'exec', category: 'shell', command: ['command'], cwd: ['workdir', 'cwd'] },
  { name: 'bash', category: 'shell', command: ['command'], cwd: ['workdir', 'cwd'] },
  { name: 'run_terminal', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'process', category: 'other' },
  { name: 'read', category: 'read', paths: ['path', 'file_path'] },
  { name: 'ls', category: 'read', paths: ['path'] },
  { name: 'image', category: 'read', paths: ['image'], text: ['prompt'] },
  { name: 'memory_get', category: 'read', paths: ['path'] },
  { name: 'edit', category: 'write', paths: ['path', 'file_path'], content: ['newText', 'new_string'] },
  { name: 'write', category: 'write', paths: ['path', 'file_path'], content: ['content'] },
  { name: 'apply_patch', category: 'write', content: ['input', 'patch'] },
  { name: 'grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'find', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'memory_search', category: 'search', query: ['query'] },
  { name: 'web_fetch', category: 'web', url: ['url'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'browser', category: 'web', url: ['targetUrl', 'url'] },
  { name: 'sessions_spawn', category: 'subagent', text: ['task'] },
  { name: 'sessions_send', category: 'subagent', text: ['message'] },
  { name: 'sessions_list', category: 'other' },
  { name: 'sessions_history', category: 'other' },
  { name: 'session_status', category: 'other' },
  { name: 'agents_list', category: 'other' },
  { name: 'message', category: 'other', text: ['message'] },
  { name: 'cron', category: 'other' },
  { name: 'gateway', category: 'other' },
  { name: 'nodes', category: 'other' },
  { name: 'canvas', category: 'other' },
  { name: 'tts', category: 'other', text: ['text'] },
];

export const openclawTool = createToolReader(OPENCLAW_TOOLS);
