import type { AgentSpec } from '../spec.ts';
import { config, discovery, rules } from '../shared/declare.ts';
import { field } from '../shared/document.ts';
import { credentialAt, mode, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

/** Every option of the command line can stand here, keys included (aider 0.8x, 2026-11). */
function readConfig(document: unknown): ConfigReading {
  return {
    settings: settingsAt(document, [
      'yes-always',
      'auto-commits',
      'auto-test',
      'test-cmd',
      'lint-cmd',
      'watch-files',
      'suggest-shell-commands',
    ]),
    credentials: ['openai-api-key', 'anthropic-api-key'].flatMap((key) =>
      credentialAt(document, [key], { kind: 'api-key', provider: key.replace(/-api-key$/, '') }),
    ),
    ...mode(field(document, 'yes-always') === true ? 'yes-always' : undefined),
  };
}

/** No marker, no lock file: children are seen by ancestry only. */
export const AIDER: AgentSpec = {
  id: 'aider',
  name: 'Aider',
  vendor: 'Aider',
  kind: 'cli',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'command', name: 'aider' },
      { kind: 'homebrew', name: 'aider' },
      { kind: 'path', method: 'uv', path: '~/.local/share/uv/tools/aider-chat' },
      { kind: 'path', method: 'pipx', path: '~/.local/share/pipx/venvs/aider-chat' },
      { kind: 'path', method: 'uv', path: '{appSupport}/uv/tools/aider-chat', on: ['win32'] },
    ],
    process: { names: ['aider'], scripts: ['/bin/aider', 'aider.main'] },
    configs: [
      config('user', '~/.aider.conf.yml', readConfig, 'yaml'),
      config('project', '.aider.conf.yml', readConfig, 'yaml'),
    ],
    assets: [...rules('project', 'CONVENTIONS.md')],
    secretVariables: ['AIDER_OPENAI_API_KEY', 'AIDER_ANTHROPIC_API_KEY'],
  }),
  logs: [],
};
