import type { AgentSpec } from '../spec.ts';
import { desktopApp, discovery, mcpFiles } from '../shared/declare.ts';
import { JAN_LOGS } from './log.ts';

/** Jan desktop; each server has `active` as its switch. */
export const JAN: AgentSpec = {
  id: 'jan',
  name: 'Jan',
  vendor: 'Menlo Research',
  kind: 'desktop',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      ...desktopApp('Jan', 'jan'),
      { kind: 'command', name: 'jan' },
      { kind: 'homebrew', name: 'jan' },
    ],
    process: { names: ['jan'], paths: ['jan.app/', '/programs/jan/', '/jan'], notArguments: ['--type='] },
    configs: [
      ...mcpFiles(
        'user',
        '{JAN_DATA_FOLDER|{appSupport}/Jan/data}/mcp_config.json',
        '~/.local/share/Jan/data/mcp_config.json',
        '~/.config/Jan/data/mcp_config.json',
      ),
    ],
  }),
  logs: JAN_LOGS,
};
