import type { LogFormat } from '../spec-log.ts';
import { clineFormats } from '../shared/cline-formats.ts';
import { globalStorage } from '../shared/editor-storage.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import { opencodeStore } from '../shared/opencode-store.ts';
import { rooTool } from '../shared/roo-tools.ts';

const AGENT = 'kilo-code';

/** Since its rebuild on OpenCode's core (2026) Kilo keeps OpenCode's store under its own name. Readers' reports, 2026-11. */
const DATABASE = opencodeStore(AGENT, (context) => {
  const base = envValue(context, 'XDG_DATA_HOME') ?? joinPath(context, context.home, '.local', 'share');
  return [
    {
      dir: joinPath(context, base, 'kilo'),
      maxDepth: 0,
      matches: (path) => /^kilo(?:-[\w.-]+)?\.db$/.test(path),
    },
  ];
});

/** Session logs of Kilo Code: the store of today, and the tasks of the extension before, which it took from Roo Code. */
export const KILO_CODE_LOGS: readonly LogFormat[] = [
  DATABASE,
  ...clineFormats({
    agentId: AGENT,
    tool: rooTool,
    taskFolders: (context) =>
      globalStorage(context, 'kilocode.kilo-code').map((dir) => joinPath(context, dir, 'tasks')),
  }),
];
