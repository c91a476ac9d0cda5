import type { DocumentFormat, LogFormat } from '../spec-log.ts';
import { bounded, MAX_NAME, MAX_PATH } from '../shared/bounds.ts';
import { clineFormats, taskRoots, type ClineFamily } from '../shared/cline-formats.ts';
import { readObject } from '../shared/read-object.ts';
import { globalStorage } from '../shared/editor-storage.ts';
import { joinPath } from '../shared/join-path.ts';
import { getText } from '../shared/json.ts';
import { epochMs } from '../shared/time.ts';
import { rooTool } from '../shared/roo-tools.ts';

const ROO: ClineFamily = {
  agentId: 'roo-code',
  tool: rooTool,
  taskFolders: (context) =>
    globalStorage(context, 'rooveterinaryinc.roo-cline').map((dir) => joinPath(context, dir, 'tasks')),
};

/** What a task is: its folder, its parent, its mode. Roo Code 3.52, 2026-11. */
const TASK: DocumentFormat = {
  id: 'roo-code.task',
  container: 'document',
  maxBytes: 4_194_304,
  roots: (context) => taskRoots(ROO, context, 'history_item.json'),
  shardOf: (file) => file.relativePath,
  initialState: () => ({}),
  parseDocument: (text) =>
    readObject(text, (item) => {
      const id = getText(item, 'id');
      if (id === undefined) return { kind: 'rejected', reason: 'missing-field' };
      const parent = getText(item, 'parentTaskId');
      const cwd = getText(item, 'workspace');
      const startedMs = epochMs(item['ts']);
      return {
        kind: 'records',
        events: [],
        sessions: [
          {
            nativeId: bounded(id, MAX_NAME),
            ...(parent === undefined ? {} : { parentNativeId: bounded(parent, MAX_NAME) }),
            ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
            ...(startedMs === undefined ? {} : { startedMs }),
          },
        ],
      };
    }),
};

/** Session logs of Roo Code. */
export const ROO_CODE_LOGS: readonly LogFormat[] = [TASK, ...clineFormats(ROO)];
