import type { JsonlFormat, LogFormat } from '../spec-log.ts';

import { glanceAtClaudeRow, readClaudeRow } from '../shared/claude-rows.ts';
import { joinPath } from '../shared/join-path.ts';
import { baseName } from '../shared/log-name.ts';
import { isoToMs } from '../shared/time.ts';
import { readTranscriptLine, type LineReader } from '../shared/transcript-line.ts';
import { startTranscript } from '../shared/transcript.ts';
import { iflowTool } from './tools.ts';

const QUIET: ReadonlySet<unknown> = new Set(['summary', 'file-history-snapshot']);

const READER: LineReader = {
  agentId: 'iflow',
  timeOf: (row) => isoToMs(row['timestamp']),
  read(line) {
    readClaudeRow(line, iflowTool);
    return undefined;
  },
  glance: (row) => glanceAtClaudeRow(row, QUIET),
};

/**
 * Sessions of iFlow CLI 1.0, appended: rows in the form of Claude Code's. An answer repeats the calls of the one before;
 * their ids make each one call. Recording of 2026-01.
 */
const SESSION: JsonlFormat = {
  id: 'iflow.session',
  container: 'jsonl',
  roots: (context) => [
    {
      dir: joinPath(context, context.home, '.iflow', 'projects'),
      maxDepth: 2,
      matches: (path) => /(?:^|\/)session-[^/]+\.jsonl$/.test(path),
    },
  ],
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(baseName(file)),
  parseLine: (line, offsetBytes, stored) => readTranscriptLine(READER, line, offsetBytes, stored),
};

/** Session logs of iFlow CLI. */
export const IFLOW_LOGS: readonly LogFormat[] = [SESSION];
