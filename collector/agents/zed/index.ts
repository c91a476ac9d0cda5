import type { AgentSpec } from '../spec.ts';
import { ZED_LOGS } from './log.ts';
import { config, discovery, rules } from '../shared/declare.ts';
import { field, textAt } from '../shared/document.ts';
import { mode, serversAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

/** Zed 0.224 and later; `agent_servers` are other agents that Zed starts over ACP (2026-11). */
function readSettings(document: unknown): ConfigReading {
  const open =
    field(document, 'agent', 'always_allow_tool_actions') === true ||
    textAt(document, 'agent', 'tool_permissions', 'default') === 'allow';
  return {
    mcpServers: serversAt(document, 'context_servers'),
    settings: settingsAt(document, [
      'agent.tool_permissions',
      'agent.always_allow_tool_actions',
      'agent.sandbox_permissions',
      'agent_servers',
      'disable_ai',
    ]),
    ...mode(open ? 'allow' : undefined),
  };
}

/** Zed's own agent. Its threads are compressed rows of a private database. */
export const ZED: AgentSpec = {
  id: 'zed',
  name: 'Zed',
  vendor: 'Zed Industries',
  kind: 'ide',
  gate: 'file',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'bundle', name: 'Zed' },
      { kind: 'bundle', name: 'Zed Preview' },
      { kind: 'command', name: 'zeditor' },
      { kind: 'command', name: 'zed' },
      { kind: 'homebrew', name: 'zed' },
      { kind: 'winget', name: 'ZedIndustries.Zed' },
      { kind: 'path', method: 'installer', path: '~/.local/zed.app', on: ['linux'] },
      { kind: 'path', method: 'installer', path: '{localAppData}/Programs/Zed/Zed.exe', on: ['win32'] },
    ],
    process: { names: ['zed', 'zeditor', 'zed-editor'] },
    markers: ['ZED_TERM'],
    configs: [
      config('user', '~/.config/zed/settings.json', readSettings),
      config('project', '.zed/settings.json', readSettings),
      { ...config('user', '{appSupport}/Zed/settings.json', readSettings), on: ['win32'] },
    ],
    assets: [...rules('project', '.rules'), ...rules('user', '~/.config/zed/AGENTS.md')],
  }),
  logs: ZED_LOGS,
};
