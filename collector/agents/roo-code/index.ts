import type { AgentSpec } from '../spec.ts';
import { ROO_CODE_LOGS } from './log.ts';
import { commands, config, discovery, mcpFiles, rules, skills } from '../shared/declare.ts';
import { dottedSettingsAt, readMcpFile } from '../shared/readings.ts';

const EDITORS = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf'] as const;

/** Roo Code 3.52, ended by its vendor on 2026-05-15; installed copies go on working. */
export const ROO_CODE: AgentSpec = {
  id: 'roo-code',
  name: 'Roo Code',
  vendor: 'Roo',
  kind: 'extension',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'extension', id: 'rooveterinaryinc.roo-cline' },
      { kind: 'extension', id: 'rooveterinaryinc.roo-code' },
    ],
    process: { names: ['roo'], scripts: ['/roo-cline/'] },
    configs: [
      ...EDITORS.flatMap((product) =>
        ['mcp_settings.json', 'cline_mcp_settings.json'].map((file) =>
          config(
            'user',
            `{appSupport}/${product}/User/globalStorage/rooveterinaryinc.roo-cline/settings/${file}`,
            readMcpFile,
          ),
        ),
      ),
      ...EDITORS.map((product) =>
        config('user', `{appSupport}/${product}/User/settings.json`, (document) => ({
          settings: dottedSettingsAt(document, [
            'roo-cline.allowedCommands',
            'roo-cline.deniedCommands',
            'roo-cline.customStoragePath',
          ]),
        })),
      ),
      ...mcpFiles('project', '.roo/mcp.json'),
    ],
    assets: [
      ...rules('project', '.roorules', '.roo/rules/*.md', '.roo/rules-*/*.md', '.roomodes'),
      ...rules('user', '~/.roo/rules/*.md'),
      ...commands('project', '.roo/commands/*.md'),
      ...skills('project', '.roo/skills'),
      ...skills('user', '~/.roo/skills'),
    ],
  }),
  logs: ROO_CODE_LOGS,
};
