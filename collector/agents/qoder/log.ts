import type { DocumentFormat, JsonlFormat, LogFile, LogFormat, LogRoot } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { appSupport } from '../shared/app-support.ts';
import { bounded, MAX_NAME, MAX_PATH } from '../shared/bounds.ts';
import { glanceAtClaudeRow, readClaudeRow } from '../shared/claude-rows.ts';
import { joinPath } from '../shared/join-path.ts';
import { getText } from '../shared/json.ts';
import { baseName, folderName } from '../shared/log-name.ts';
import { readObject } from '../shared/read-object.ts';
import { isoToMs } from '../shared/time.ts';
import { readTranscriptLine, type LineReader } from '../shared/transcript-line.ts';
import { startTranscript } from '../shared/transcript.ts';
import { qoderTool } from './tools.ts';

/** The CLI's folder, and the one the editor shares with it; both hold a folder per project, the latter files as well. */
function rootsOf(matches: LogRoot['matches']): (context: PathContext) => readonly LogRoot[] {
  return (context) => {
    const { home } = context;
    return [
      joinPath(context, home, '.qoder', 'projects'),
      joinPath(context, appSupport(context), 'Qoder', 'SharedClientCache', 'cli', 'projects'),
    ].map((dir) => ({ dir, maxDepth: 3, matches }));
  };
}

// <project>/<session>.jsonl, <session>.jsonl, <project>/<session>/subagents/agent-<id>.jsonl
const SESSION_PATH = /^(?:[^/]+\/)?(?!agent-)[^/]+\.jsonl$/;
const SUBAGENT_PATH = /^[^/]+\/[^/]+\/subagents\/agent-[^/]+\.jsonl$/;

const QUIET: ReadonlySet<unknown> = new Set([
  ...[
    'summary',
    'system',
    'progress',
    'file-history-snapshot',
    'queue-operation',
    'custom-title',
    'ai-title',
  ],
]);

const READER: LineReader = {
  agentId: 'qoder',
  glance: (row) => glanceAtClaudeRow(row, QUIET),
  timeOf: (row) => isoToMs(row['timestamp']),
  read(line) {
    readClaudeRow(line, qoderTool);
    return undefined;
  },
};

/** Sessions of Qoder's CLI and editor, appended: rows in the form of Claude Code's. What other readers found, 2026-11. */
const SESSION: JsonlFormat = {
  id: 'qoder.session',
  container: 'jsonl',
  roots: rootsOf((path) => SESSION_PATH.test(path) || SUBAGENT_PATH.test(path)),
  shardOf: (file) => file.relativePath.split('/', 1)[0] ?? '',
  initialState: (file) =>
    isSubagent(file) ? startTranscript(baseName(file), folderName(file, 2)) : startTranscript(baseName(file)),
  parseLine: (line, offsetBytes, stored) => readTranscriptLine(READER, line, offsetBytes, stored),
};

function isSubagent(file: LogFile): boolean {
  return SUBAGENT_PATH.test(file.relativePath);
}

/** `<session>-session.json` beside it: title, folder, the session it was forked from. */
const META: DocumentFormat = {
  id: 'qoder.meta',
  container: 'document',
  maxBytes: 1_048_576,
  roots: rootsOf((path) => /^(?:[^/]+\/)?[^/]+-session\.json$/.test(path)),
  shardOf: (file) => file.relativePath.split('/', 1)[0] ?? '',
  initialState: () => ({}),
  parseDocument: (text, file) =>
    readObject(text, (meta) => {
      const title = getText(meta, 'title');
      const cwd = getText(meta, 'working_dir');
      const parent = getText(meta, 'fork_from') ?? getText(meta, 'parent_session_id');
      return {
        kind: 'records',
        events: [],
        sessions: [
          {
            nativeId: bounded(baseName(file).replace(/-session$/, ''), MAX_NAME),
            ...(parent === undefined ? {} : { parentNativeId: bounded(parent, MAX_NAME) }),
            ...(title === undefined ? {} : { title: bounded(title, MAX_NAME) }),
            ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
          },
        ],
      };
    }),
};

/** Session logs of Qoder. */
export const QODER_LOGS: readonly LogFormat[] = [SESSION, META];
