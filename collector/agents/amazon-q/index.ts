import type { AgentSpec } from '../spec.ts';
import { AMAZON_Q_LOGS } from './log.ts';
import { commands, config, discovery, mcpFiles, rules } from '../shared/declare.ts';
import { hooksAt, serversAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

function readAgent(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcpServers'),
    settings: settingsAt(document, ['allowedTools', 'toolsSettings']),
    hooks: hooksAt(document, 'hooks'),
  };
}

/** Amazon Q in editors, and its CLI, which Kiro CLI follows (2026-11). */
export const AMAZON_Q: AgentSpec = {
  id: 'amazon-q',
  name: 'Amazon Q Developer',
  vendor: 'Amazon Web Services',
  kind: 'extension',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'extension', id: 'amazonwebservices.amazon-q-vscode' },
      { kind: 'command', name: 'q' },
      { kind: 'command', name: 'qchat' },
      { kind: 'bundle', name: 'Amazon Q' },
      { kind: 'homebrew', name: 'amazon-q' },
    ],
    process: { names: ['q', 'qchat'], paths: ['amazon q.app/', 'amazon-q', '/.local/bin/q'] },
    markers: ['Q_TERM'],
    configs: [
      ...mcpFiles(
        'user',
        '~/.aws/amazonq/mcp.json',
        '~/.aws/amazonq/default.json',
        ...['Code', 'Cursor'].map(
          (product) =>
            `{appSupport}/${product}/User/globalStorage/amazonwebservices.amazon-q-vscode/mcp.json`,
        ),
      ),
      ...mcpFiles('project', '.amazonq/mcp.json', '.amazonq/default.json'),
      config('user', '~/.aws/amazonq/agents/*.json', readAgent),
      config('user', '~/.aws/amazonq/cli-agents/*.json', readAgent),
      config('project', '.amazonq/agents/*.json', readAgent),
      config('project', '.amazonq/cli-agents/*.json', readAgent),
    ],
    assets: [...rules('project', '.amazonq/rules/*.md'), ...commands('user', '~/.aws/amazonq/prompts/*.md')],
  }),
  logs: AMAZON_Q_LOGS,
};
