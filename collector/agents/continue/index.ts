import type { AgentSpec } from '../spec.ts';
import { CONTINUE_LOGS } from './log.ts';
import { commands, config, discovery, mcpFiles, rules, subagents } from '../shared/declare.ts';
import { field, itemsAt, textAt, pointer } from '../shared/document.ts';
import { credentialAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading, RawMcpServer } from '../spec-discovery.ts';

const ROOT = '{CONTINUE_GLOBAL_DIR|~/.continue}';

/** Servers stand in a list here, each with its name. */
function listed(document: unknown, ...path: readonly string[]): readonly RawMcpServer[] {
  return itemsAt(document, ...path).flatMap((entry, index) => {
    const name = textAt(entry, 'name');
    return name === undefined ? [] : [{ name, entry, pointer: pointer(...path, index) }];
  });
}

function readYaml(document: unknown): ConfigReading {
  return {
    mcpServers: listed(document, 'mcpServers'),
    credentials: itemsAt(document, 'models').flatMap((model, index) =>
      credentialAt(model, ['apiKey'], {
        kind: 'api-key',
        provider: textAt(model, 'provider') ?? 'model',
      }).map((one) => ({
        ...one,
        pointer: pointer('models', index, 'apiKey'),
      })),
    ),
  };
}

function readLegacy(document: unknown): ConfigReading {
  return {
    mcpServers: itemsAt(document, 'experimental', 'modelContextProtocolServers').map((entry, index) => ({
      name: `server-${String(index + 1)}`,
      entry: field(entry, 'transport') ?? entry,
      pointer: pointer('experimental', 'modelContextProtocolServers', index),
    })),
    credentials: itemsAt(document, 'models').flatMap((model, index) =>
      credentialAt(model, ['apiKey'], {
        kind: 'api-key',
        provider: textAt(model, 'provider') ?? 'model',
      }).map((one) => ({
        ...one,
        pointer: pointer('models', index, 'apiKey'),
      })),
    ),
  };
}

/** Continue 1.3 (editor extension, JetBrains plug-in, CLI `cn`). `config.ts` is code the extension runs. */
export const CONTINUE: AgentSpec = {
  id: 'continue',
  name: 'Continue',
  vendor: 'Continue',
  kind: 'extension',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'extension', id: 'continue.continue' },
      { kind: 'npm', package: '@continuedev/cli' },
    ],
    process: { names: ['cn'], scripts: ['/@continuedev/cli/'] },
    configs: [
      config('user', `${ROOT}/config.yaml`, readYaml, 'yaml'),
      config('user', `${ROOT}/config.json`, readLegacy),
      ...['yaml', 'yml'].map((ending) => config('user', `${ROOT}/mcpServers/*.${ending}`, readYaml, 'yaml')),
      ...mcpFiles('user', `${ROOT}/mcpServers/*.json`),
      config('project', '.continue/config.yaml', readYaml, 'yaml'),
      ...['yaml', 'yml'].map((ending) =>
        config('project', `.continue/mcpServers/*.${ending}`, readYaml, 'yaml'),
      ),
      ...mcpFiles('project', '.continue/mcpServers/*.json'),
      config(
        'user',
        `${ROOT}/permissions.yaml`,
        (document) => ({ settings: settingsAt(document, ['allow', 'ask', 'exclude']) }),
        'yaml',
      ),
    ],
    assets: [
      ...rules('project', '.continuerules', '.continue/rules/*.md'),
      ...rules('user', `${ROOT}/rules/*.md`),
      ...commands('project', '.continue/prompts/*'),
      ...subagents('project', '.continue/agents/*'),
      { kind: 'extension', scope: 'user', path: `${ROOT}/config.ts` },
    ],
    secretVariables: ['CONTINUE_API_KEY'],
  }),
  logs: CONTINUE_LOGS,
};
