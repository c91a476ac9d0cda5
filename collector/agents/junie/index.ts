import type { AgentSpec } from '../spec.ts';
import { commands, config, discovery, mcpFiles, rules, skills, subagents } from '../shared/declare.ts';
import { field, textAt } from '../shared/document.ts';
import { hooksAt, mode, settingsAt } from '../shared/readings.ts';
import { JUNIE_LOGS } from './log.ts';

/** Junie CLI and IDE agent. Hooks run in the CLI only (26.6, 2026-11); the format of its sessions is not published. */
export const JUNIE: AgentSpec = {
  id: 'junie',
  name: 'Junie',
  vendor: 'JetBrains',
  kind: 'cli',
  gate: 'hook',
  evidence: 'docs',
  discovery: discovery({
    installs: [
      { kind: 'command', name: 'junie' },
      { kind: 'path', method: 'installer', path: '~/.junie/bin' },
      { kind: 'npm', package: '@jetbrains/junie-cli' },
    ],
    process: { names: ['junie'], scripts: ['/junie-cli/'] },
    markers: ['JUNIE_DATA', 'JUNIE_SHIM_PATH'],
    configs: [
      ...mcpFiles('user', '~/.junie/mcp/mcp.json'),
      ...mcpFiles('project', '.junie/mcp/mcp.json'),
      config('user', '~/.junie/config.json', (document) => ({
        hooks: hooksAt(document, 'hooks'),
        settings: settingsAt(document, ['braveMode']),
        ...mode(field(document, 'braveMode') === true ? 'brave' : undefined),
      })),
      config('user', '~/.junie/allowlist.json', (document) => ({
        settings: settingsAt(document, ['defaultBehavior', 'allowReadonlyCommands', 'rules']),
        ...mode(textAt(document, 'defaultBehavior')),
      })),
    ],
    assets: [
      ...rules('project', '.junie/AGENTS.md', '.junie/guidelines.md'),
      ...rules('user', '~/.junie/AGENTS.md'),
      ...commands('project', '.junie/commands/*.md'),
      ...subagents('project', '.junie/agents/*.md'),
      ...skills('project', '.junie/skills'),
    ],
    secretVariables: ['JUNIE_API_KEY'],
  }),
  logs: JUNIE_LOGS,
};
