import type { JsonlFormat, LogFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { readAuiUpdate } from '../shared/aui-blocks.ts';
import { bounded, MAX_ITEMS, MAX_NAME, MAX_PATH } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import { folderName } from '../shared/log-name.ts';
import { typeName } from '../shared/log-sink.ts';
import { epochMs } from '../shared/time.ts';
import { readTranscriptLine, type LineReader, type TranscriptLine } from '../shared/transcript-line.ts';
import { startTranscript } from '../shared/transcript.ts';

function rootsOf(
  maxDepth: number,
  matches: LogRoot['matches'],
): (context: PathContext) => readonly LogRoot[] {
  return (context) => {
    const home = envValue(context, 'JUNIE_HOME') ?? joinPath(context, context.home, '.junie');
    return [{ dir: joinPath(context, home, 'sessions'), maxDepth, matches }];
  };
}

const QUIET: ReadonlySet<unknown> = new Set([
  ...['TaskStartedEvent', 'TaskState', 'TaskContinueStopped', 'SkillsStatusEvent', 'SystemMessageEvent'],
  ...['UserMessagesCommittedToHistory', 'UserMessagesDroppedFromHistory', 'UserMessagesFailedInHistory'],
  ...['AgentTaskFailedEvent', 'SessionCostTrajectorySnapshotEvent', 'SendToAgentEvent'],
]);

const READER: LineReader = {
  agentId: 'junie',
  glance({ kind }) {
    if (typeof kind !== 'string' || kind === '') return { kind: 'rejected', reason: 'missing-field' };
    return QUIET.has(kind) ? IGNORED : undefined;
  },
  timeOf: ({ timestampMs }) => epochMs(timestampMs),
  read: readRecord,
};

function readRecord(line: TranscriptLine): ParseOutcome | undefined {
  const { record, timeMs, transcript } = line;
  // Answers have no id.
  const moment = `at-${String(timeMs)}`;
  transcript.start({});
  switch (record['kind']) {
    case 'UserPromptEvent':
      transcript.prompt(
        getText(record, 'requestId') ?? moment,
        getText(record, 'presentablePrompt') ?? getText(record, 'prompt') ?? '',
      );
      return undefined;
    case 'UserResponseEvent':
      transcript.prompt(getText(record, 'requestId') ?? moment, getText(record, 'prompt') ?? '');
      return undefined;
    case 'UserAsyncResponseEvent':
      transcript.prompt(moment, answersIn(record));
      return undefined;
    case 'SessionTitleSetEvent':
      transcript.patch({ title: bounded(getText(record, 'name') ?? '', MAX_NAME) });
      return undefined;
    case 'SessionA2uxEvent':
      readAuiUpdate(getObject(getObject(record, 'event') ?? {}, 'agentEvent') ?? {}, line);
      return undefined;
    default:
      return { kind: 'unknown', type: `record:${typeName(record['kind'])}` };
  }
}

/** A person's answers to what the agent asked. */
function answersIn(record: JsonObject): string {
  const answers = getList(record, 'entries')
    .slice(0, MAX_ITEMS)
    .flatMap((entry) => (isObject(entry) ? (getText(entry, 'answer') ?? []) : []));
  return answers.join('\n');
}

/**
 * Sessions of Junie, in the terminal and inside the IDE, appended (`session-<date>-<time>-<id>/events.jsonl`). The format
 * is not published: captures of other readers, 2026-08 and 2026-09, 2026-11. Commands do not tell their exit code.
 */
const EVENTS: JsonlFormat = {
  id: 'junie.events',
  container: 'jsonl',
  roots: rootsOf(1, (path) => /^[^/]+\/events\.jsonl$/.test(path)),
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(folderName(file)),
  parseLine: (line, offsetBytes, stored) => readTranscriptLine(READER, line, offsetBytes, stored),
};

/** One line per session, written again when it goes on: the project it was started in, and what it is about. */
const INDEX: JsonlFormat = {
  id: 'junie.index',
  container: 'jsonl',
  roots: rootsOf(0, (path) => path === 'index.jsonl'),
  initialState: () => ({}),
  parseLine(line) {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const nativeId = getText(parsed.value, 'sessionId');
    if (nativeId === undefined) return { kind: 'rejected', reason: 'missing-field' };
    const cwd = getText(parsed.value, 'projectDir');
    const title = getText(parsed.value, 'taskName');
    const startedMs = epochMs(parsed.value['createdAt']);
    return {
      kind: 'records',
      events: [],
      sessions: [
        {
          nativeId: bounded(nativeId, MAX_NAME),
          ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
          ...(title === undefined ? {} : { title: bounded(title, MAX_NAME) }),
          ...(startedMs === undefined ? {} : { startedMs }),
        },
      ],
    };
  },
};

/** Session logs of Junie. */
export const JUNIE_LOGS: readonly LogFormat[] = [EVENTS, INDEX];
