import type { AgentSpec } from '../spec.ts';
import { desktopApp, discovery, mcpFiles, rules, skills } from '../shared/declare.ts';
import { TRAE_LOGS } from './log.ts';

/** Trae, international and Chinese builds; newer chats are encrypted (2026-11). */
export const TRAE: AgentSpec = {
  id: 'trae',
  name: 'Trae',
  vendor: 'ByteDance',
  kind: 'ide',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      ...desktopApp('Trae'),
      ...desktopApp('Trae CN'),
      { kind: 'homebrew', name: 'trae' },
      { kind: 'path', method: 'state', path: '{appSupport}/Trae' },
    ],
    process: { names: ['trae', 'trae cn'], notArguments: ['--type='] },
    configs: [
      ...mcpFiles(
        'user',
        '{appSupport}/Trae/User/mcp.json',
        '{appSupport}/Trae CN/User/mcp.json',
        '{appSupport}/TRAE SOLO CN/User/mcp.json',
      ),
      ...mcpFiles('project', '.trae/mcp.json'),
    ],
    assets: [
      ...rules('project', '.trae/rules/*.md'),
      ...rules('user', '~/.trae/rules/*.md'),
      ...skills('project', '.trae/skills'),
      ...skills('user', '~/.trae/skills', '~/.trae-cn/skills'),
    ],
  }),
  logs: TRAE_LOGS,
};
