import type { AgentSpec } from '../spec.ts';
import { config, discovery, mcpFiles } from '../shared/declare.ts';
import { textAt } from '../shared/document.ts';
import { credentialAt, mode, readMcpFile, serversAt, settingsAt } from '../shared/readings.ts';

/** Agents inside Xcode 26, each with its own settings folder (macOS only). */
export const XCODE: AgentSpec = {
  id: 'xcode',
  name: 'Xcode Coding Assistant',
  vendor: 'Apple',
  kind: 'ide',
  evidence: 'reports',
  platforms: ['darwin'],
  discovery: discovery({
    installs: [
      { kind: 'path', method: 'state', path: '~/Library/Developer/Xcode/CodingAssistant', on: ['darwin'] },
      { kind: 'bundle', name: 'GitHub Copilot for Xcode' },
    ],
    process: {
      names: ['xcode', 'github copilot for xcode'],
      paths: ['xcode.app/', 'github copilot for xcode.app/'],
    },
    configs: [
      config('user', '~/Library/Developer/Xcode/CodingAssistant/ClaudeAgentConfig/.claude.json', readMcpFile),
      config(
        'user',
        '~/Library/Developer/Xcode/CodingAssistant/codex/config.toml',
        (document) => ({
          mcpServers: serversAt(document, 'mcp_servers'),
          settings: settingsAt(document, ['approval_policy', 'sandbox_mode']),
          ...mode(textAt(document, 'approval_policy')),
        }),
        'toml',
      ),
      ...mcpFiles('user', '~/.config/github-copilot/xcode/mcp.json'),
      config(
        'user',
        '~/Library/Application Support/GitHub Copilot for Xcode/editorSettings.json',
        (document) => ({
          settings: settingsAt(document, ['openAIBaseURL']),
          credentials: credentialAt(document, ['apiKey'], { kind: 'api-key', provider: 'model' }),
        }),
      ),
    ],
  }),
  logs: [],
};
