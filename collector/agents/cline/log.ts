import type { DocumentFormat, LogFormat } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { clineFormats, readingOf, type ClineFamily } from '../shared/cline-formats.ts';
import { readObject } from '../shared/read-object.ts';
import { readModelMessages } from '../shared/cline-messages.ts';
import { globalStorage } from '../shared/editor-storage.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import { getList, getText } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import { outcomeOf } from '../shared/log-sink.ts';
import { epochMs, isoToMs } from '../shared/time.ts';
import { Transcript } from '../shared/transcript.ts';
import { clineTool } from './tools.ts';

function dataFolder(context: PathContext): string {
  const root = envValue(context, 'CLINE_DIR') ?? joinPath(context, context.home, '.cline');
  return envValue(context, 'CLINE_DATA_DIR') ?? joinPath(context, root, 'data');
}

const CLINE: ClineFamily = {
  agentId: 'cline',
  tool: clineTool,
  taskFolders: (context) => [
    joinPath(context, dataFolder(context), 'tasks'),
    ...globalStorage(context, 'saoudrizwan.claude-dev').map((dir) => joinPath(context, dir, 'tasks')),
  ],
};

// <session>/<session>.messages.json
const PATH = /^[^/]+\/[^/]+\.messages\.json$/;

/** Sessions of the SDK and the CLI, rewritten at every step. Source of Cline 4.1, 2026-11. */
const SESSION: DocumentFormat = {
  id: 'cline.session',
  container: 'document',
  maxBytes: 134_217_728,
  roots: (context) => [
    {
      dir: joinPath(context, dataFolder(context), 'sessions'),
      maxDepth: 1,
      matches: (path) => PATH.test(path),
    },
  ],
  shardOf: (file) => file.relativePath,
  initialState: () => ({}),
  parseDocument: (text, file) =>
    readObject(text, (document) => {
      const id = getText(document, 'sessionId') ?? baseName(file).replace(/\.messages$/, '');
      if (!Array.isArray(document['messages'])) return { kind: 'unknown', type: 'document:no messages' };
      const reading = readingOf(CLINE, file, id);
      const updatedMs = isoToMs(document['updated_at']) ?? epochMs(document['updated_at']);
      const startMs = reading.fallbackMs ?? updatedMs;
      if (startMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
      new Transcript(CLINE.agentId, reading.state, reading.sink, startMs, 0).start({});
      readModelMessages(getList(document, 'messages'), true, reading);
      return outcomeOf(reading.sink);
    }),
};

/** Session logs of Cline: the extension's tasks, and the sessions of its SDK. */
export const CLINE_LOGS: readonly LogFormat[] = [...clineFormats(CLINE), SESSION];
