import type { AgentSpec } from '../spec.ts';
import { config, discovery, mcpFiles, rules } from '../shared/declare.ts';
import { readMcpFile } from '../shared/readings.ts';
import { JETBRAINS_AI_LOGS } from './log.ts';

/** AI Assistant in the JetBrains IDEs; the IDE's process alone says nothing of it. */
export const JETBRAINS_AI: AgentSpec = {
  id: 'jetbrains-ai',
  name: 'JetBrains AI Assistant',
  vendor: 'JetBrains',
  kind: 'extension',
  evidence: 'docs',
  discovery: discovery({
    installs: [
      { kind: 'path', method: 'plugin', path: '{data}/JetBrains/*/ml-llm', on: ['linux'] },
      {
        kind: 'path',
        method: 'plugin',
        path: '{appSupport}/JetBrains/*/plugins/ml-llm',
        on: ['darwin', 'win32'],
      },
      { kind: 'path', method: 'plugin', path: '{appSupport}/JetBrains/*/aia-task-history' },
    ],
    process: {
      names: [
        'idea',
        'idea64',
        'pycharm',
        'pycharm64',
        'webstorm',
        'webstorm64',
        'goland',
        'goland64',
        'clion',
        'clion64',
        'rider',
        'rider64',
        'phpstorm',
        'phpstorm64',
        'rubymine',
        'rubymine64',
      ],
    },
    configs: [
      ...mcpFiles('user', '~/.ai/mcp/mcp.json', '{appSupport}/JetBrains/*/mcp.json'),
      ...mcpFiles('project', '.ai/mcp/mcp.json'),
      {
        ...config('user', '{XDG_CONFIG_HOME|~/.config}/github-copilot/intellij/mcp.json', readMcpFile),
        on: ['linux', 'darwin'],
      },
      { ...config('user', '{localAppData}/github-copilot/intellij/mcp.json', readMcpFile), on: ['win32'] },
    ],
    assets: [...rules('project', '.aiassistant/rules/*.md')],
  }),
  logs: JETBRAINS_AI_LOGS,
};
