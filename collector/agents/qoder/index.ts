import type { AgentSpec } from '../spec.ts';
import { config, desktopApp, discovery, mcpFiles, rules, skills } from '../shared/declare.ts';
import { hooksAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';
import { QODER_LOGS } from './log.ts';

function readHooks(document: unknown): ConfigReading {
  return {
    hooks: hooksAt(document, 'hooks'),
    settings: settingsAt(document, ['permissions.allow', 'permissions.deny']),
  };
}

/** Qoder IDE and CLI (2026-11). */
export const QODER: AgentSpec = {
  id: 'qoder',
  name: 'Qoder',
  vendor: 'Alibaba',
  kind: 'ide',
  gate: 'hook',
  evidence: 'docs',
  discovery: discovery({
    installs: [
      ...desktopApp('Qoder'),
      { kind: 'command', name: 'qoder' },
      { kind: 'command', name: 'qodercli' },
      { kind: 'npm', package: '@qoder-ai/qodercli' },
    ],
    process: { names: ['qoder', 'qodercli'], notArguments: ['--type='] },
    configs: [
      ...mcpFiles('user', '~/.qoder/mcp.json', '{appSupport}/Qoder/SharedClientCache/mcp.json'),
      config('user', '~/.qoder/settings.json', readHooks),
      config('project', '.qoder/settings.json', readHooks),
    ],
    assets: [
      ...rules('project', '.qoder/rules/*.md'),
      ...skills('project', '.qoder/skills'),
      ...skills('user', '~/.qoder/skills'),
    ],
  }),
  logs: QODER_LOGS,
};
