import type { PathContext } from '../path-context.ts';
import { parseJsonObject, getText } from '../shared/json.ts';
import { unknownLabel } from '../shared/label.ts';
import { createSink, outcomeOf } from '../shared/log-sink.ts';
import {
  IGNORED,
  type JsonlFormat,
  type LogFile,
  type LogFormat,
  type LogRoot,
  type ParseOutcome,
  type ParserState,
} from '../spec-log.ts';
import { BOOKKEEPING_ROWS } from './log-bookkeeping.ts';
import { CONVERSATION_ROWS } from './log-rows.ts';
import { skipType } from './log-skip.ts';
import { openRow, trackSession } from './log-thread.ts';
import { isTitleRow, readTitle } from './log-title.ts';
import { IGNORED_PREFIXES, IGNORED_TYPES } from './log-types.ts';

/**
 * Transcripts of Claude Code 1.x and 2.x: `projects/<slug>/<sessionId>.jsonl`, sub-agents in
 * `<slug>/<sessionId>/subagents/…/agent-<id>.jsonl` or `<slug>/agent-<id>.jsonl`. Row types from the 2.1.x binary and
 * recordings up to 2.1.219, checked 2026-11-22.
 */
const TRANSCRIPT: JsonlFormat = {
  id: 'claude-code.transcript',
  container: 'jsonl',
  roots,
  initialState,
  shardOf: (file) => belowProjects(file.relativePath)[0] ?? '',
  skip: skipType,
  parseLine,
};

/** Session logs of Claude Code. */
export const CLAUDE_CODE_LOGS: readonly LogFormat[] = [TRANSCRIPT];

/** slug, session, `subagents`, `workflows`, workflow id: deeper folders are not the client's. */
const MAX_DEPTH = 6;
const IGNORED_SET: ReadonlySet<string> = new Set(IGNORED_TYPES);

/** `projects` below every configuration folder Claude Code may use; the moved one does not hide older logs. */
function roots(context: PathContext): readonly LogRoot[] {
  const separator = context.platform === 'win32' ? '\\' : '/';
  const join = (...parts: readonly string[]) => parts.join(separator);
  const moved = context.env['CLAUDE_CONFIG_DIR'] ?? '';
  const bases = [join(context.home, '.claude'), join(context.home, '.config', 'claude'), moved]
    .map((base) => base.replace(/[\\/]{1,8}$/, ''))
    .filter((base) => base !== '');
  const own = [...new Set(bases)].map((base) => ({
    dir: join(base, 'projects'),
    maxDepth: MAX_DEPTH,
    matches,
  }));
  return [...own, ...hostRoots(context, join)];
}

/**
 * Programs that run Claude Code with a configuration folder of their own: Cowork in Claude Desktop, one per session
 * (`<account>/<device>/local_<id>/.claude/projects`), and Xcode (2026-11).
 */
function hostRoots(
  { home, platform, env }: PathContext,
  join: (...parts: readonly string[]) => string,
): readonly LogRoot[] {
  const support = {
    darwin: join(home, 'Library', 'Application Support'),
    win32: env['APPDATA'] ?? join(home, 'AppData', 'Roaming'),
    linux: env['XDG_CONFIG_HOME'] ?? join(home, '.config'),
  }[platform];
  const cowork = { maxDepth: MAX_DEPTH + 5, matches, enters: entersCowork };
  const xcode = join(
    home,
    'Library',
    'Developer',
    'Xcode',
    'CodingAssistant',
    'ClaudeAgentConfig',
    'projects',
  );
  return [
    { dir: join(support, 'Claude', 'local-agent-mode-sessions'), ...cowork },
    ...(platform === 'darwin' ? [{ dir: xcode, maxDepth: MAX_DEPTH, matches }] : []),
  ];
}

const COWORK = /^[^/]+\/[^/]+\/local_[^/]+\/\.claude\/projects\//;
/** The folders a session's own files lie beside: what people upload and what comes out is not walked. */
const COWORK_STEPS: readonly RegExp[] = [/^/, /^/, /^local_/, /^\.claude$/, /^projects$/];

function entersCowork(relativeDir: string): boolean {
  const parts = relativeDir.split('/');
  return parts.every((part, depth) => COWORK_STEPS[depth]?.test(part) ?? true);
}

/** `<slug>/<session>.jsonl` and below, wherever the root is. */
function belowProjects(relativePath: string): readonly string[] {
  return relativePath.replace(COWORK, '').split('/');
}

function matches(relativePath: string): boolean {
  if (!relativePath.endsWith('.jsonl')) return false;
  const parts = belowProjects(relativePath);
  if (parts.length === 2) return true;
  return parts.length > 3 && parts[2] === 'subagents' && (parts.at(-1) ?? '').startsWith('agent-');
}

/** The session and sub-agent a file is named after; rows that name theirs go first. */
function initialState(file: LogFile): ParserState {
  const parts = belowProjects(file.relativePath);
  const name = (parts.at(-1) ?? '').replace(/\.jsonl$/, '');
  if (!name.startsWith('agent-')) return { session: name };
  const agent = name.slice('agent-'.length);
  const folder = parts[2] === 'subagents' ? (parts[1] ?? '') : '';
  return folder === '' ? { agent } : { session: folder, agent };
}

function parseLine(line: string, offsetBytes: number, state: ParserState): ParseOutcome {
  const parsed = parseJsonObject(line);
  if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
  const fields = parsed.value;
  const type = getText(fields, 'type');
  if (type === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if (isTitleRow(type)) return readTitle(type, fields, state);
  const conversation = CONVERSATION_ROWS.get(type);
  const bookkeeping = BOOKKEEPING_ROWS.get(type);
  const read = conversation ?? bookkeeping;
  if (read === undefined) {
    const ignored = IGNORED_SET.has(type) || IGNORED_PREFIXES.some((prefix) => type.startsWith(prefix));
    return ignored ? IGNORED : { kind: 'unknown', type: unknownLabel('', type) };
  }
  const records = createSink();
  const row = openRow(fields, offsetBytes, state, records);
  if (row === undefined) {
    if (conversation !== undefined) return { kind: 'rejected', reason: 'bad-time' };
    // A file may begin with its permission mode, before any row has a time: told with the first one that has.
    const mode = type === 'permission-mode' ? getText(fields, 'permissionMode') : undefined;
    if (mode !== undefined) state['pendingMode'] = mode.slice(0, 200);
    return IGNORED;
  }
  if (conversation !== undefined) trackSession(row);
  read(row);
  return outcomeOf(records);
}
