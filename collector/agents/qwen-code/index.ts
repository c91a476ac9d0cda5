import type { AgentSpec } from '../spec.ts';
import { QWEN_CODE_LOGS } from './log.ts';
import { commands, config, discovery, rules, skills, subagents } from '../shared/declare.ts';
import { textAt } from '../shared/document.ts';
import { credentialAt, hooksAt, mode, serversAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading, ConfigSource } from '../spec-discovery.ts';

const HOME = '{QWEN_HOME|~/.qwen}';

/** Settings of Qwen Code 0.24, a descendant of Gemini CLI with hooks in Claude Code's shape (2026-11). */
function readSettings(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcpServers'),
    hooks: hooksAt(document, 'hooks'),
    settings: settingsAt(document, [
      'tools.approvalMode',
      'tools.allowed',
      'tools.sandbox',
      'security.folderTrust.enabled',
      'telemetry',
      'modelProviders',
    ]),
    ...mode(textAt(document, 'tools', 'approvalMode')),
  };
}

export const QWEN_CODE: AgentSpec = {
  id: 'qwen-code',
  name: 'Qwen Code',
  vendor: 'Alibaba',
  kind: 'cli',
  gate: 'http',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: '@qwen-code/qwen-code' },
      { kind: 'homebrew', name: 'qwen-code' },
      { kind: 'command', name: 'qwen' },
    ],
    process: { names: ['qwen'], scripts: ['/@qwen-code/qwen-code/'] },
    markers: ['QWEN_CODE'],
    configs: [
      config('user', `${HOME}/settings.json`, readSettings),
      config('project', '.qwen/settings.json', readSettings),
      ...(['settings.json', 'system-defaults.json'] as const).flatMap((file): readonly ConfigSource[] => [
        { ...config('managed', `/etc/qwen-code/${file}`, readSettings), on: ['linux'] },
        {
          ...config('managed', `/Library/Application Support/QwenCode/${file}`, readSettings),
          on: ['darwin'],
        },
        { ...config('managed', `{programData}/qwen-code/${file}`, readSettings), on: ['win32'] },
      ]),
    ],
    credentials: [
      {
        path: `${HOME}/oauth_creds.json`,
        format: 'json',
        read: (document) => ({
          credentials: [
            ...credentialAt(document, ['access_token'], { kind: 'oauth-access-token', provider: 'alibaba' }),
            ...credentialAt(document, ['refresh_token'], {
              kind: 'oauth-refresh-token',
              provider: 'alibaba',
            }),
          ],
        }),
      },
      {
        path: `${HOME}/sessions/*.json`,
        format: 'json',
        read: (document) => ({
          credentials: credentialAt(document, ['ipcToken'], { kind: 'ipc-token', provider: 'qwen-code' }),
        }),
      },
    ],
    assets: [
      ...rules('user', `${HOME}/QWEN.md`),
      ...rules('project', 'QWEN.md'),
      ...commands('user', `${HOME}/commands/**/*.toml`),
      ...commands('project', '.qwen/commands/**/*.toml'),
      ...subagents('user', `${HOME}/agents/*.md`),
      ...subagents('project', '.qwen/agents/*.md'),
      ...skills('user', `${HOME}/skills`),
      ...skills('project', '.qwen/skills'),
      {
        kind: 'extension',
        scope: 'user',
        path: `${HOME}/extensions/*/qwen-extension.json`,
        nameFrom: 'folder',
      },
    ],
    secretVariables: ['DASHSCOPE_API_KEY', 'BAILIAN_CODING_PLAN_API_KEY', 'OPENAI_API_KEY'],
  }),
  logs: QWEN_CODE_LOGS,
};
