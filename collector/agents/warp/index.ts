import type { AgentSpec } from '../spec.ts';
import { WARP_LOGS } from './log.ts';
import { config, discovery, mcpFiles, rules, skills } from '../shared/declare.ts';
import { entriesAt, textAt } from '../shared/document.ts';
import { mode, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

/** Execution profiles decide what runs without asking (Warp, 2026-11). */
function readSettings(document: unknown): ConfigReading {
  const profiles = entriesAt(document, 'agents', 'execution_profiles');
  const always = profiles.some(([, profile]) => /always/i.test(textAt(profile, 'execute_commands') ?? ''));
  return {
    settings: settingsAt(document, ['agents.execution_profiles', 'agents.profiles', 'file_based_mcp']),
    ...mode(always ? 'always-execute' : undefined),
  };
}

/** Warp terminal with agent mode. Servers added in its window live in its database only. */
export const WARP: AgentSpec = {
  id: 'warp',
  name: 'Warp',
  vendor: 'Warp',
  kind: 'desktop',
  gate: 'file',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'bundle', name: 'Warp' },
      { kind: 'bundle', name: 'WarpPreview' },
      { kind: 'homebrew', name: 'warp' },
      { kind: 'winget', name: 'Warp.Warp' },
      { kind: 'command', name: 'warp-terminal' },
      { kind: 'path', method: 'package', path: '/opt/warpdotdev/warp-terminal', on: ['linux'] },
    ],
    process: { names: ['warp', 'warp-terminal', 'stable'], paths: ['warp.app', 'warp-terminal', '/warp/'] },
    markers: ['WARP_IS_LOCAL_SHELL_SESSION', 'TERM_PROGRAM=WarpTerminal'],
    configs: [
      ...mcpFiles('user', '~/.warp/.mcp.json'),
      ...mcpFiles('project', '.warp/.mcp.json'),
      ...['~/.warp/settings.toml', '{XDG_CONFIG_HOME|~/.config}/warp-terminal/settings.toml'].map((path) =>
        config('user', path, readSettings, 'toml'),
      ),
      {
        ...config('user', '{localAppData}/warp/Warp/config/settings.toml', readSettings, 'toml'),
        on: ['win32'],
      },
    ],
    assets: [...rules('project', 'WARP.md'), ...skills('project', '.warp/skills')],
    secretVariables: ['WARP_API_KEY'],
  }),
  logs: WARP_LOGS,
};
