import type { JsonlFormat, LogFile, LogFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import { getObject, getText, parseJsonObject } from '../shared/json.ts';
import { createSink, outcomeOf } from '../shared/log-sink.ts';
import { epochMs, epochSecondsToMs } from '../shared/time.ts';
import { freshTranscript, loadTranscript, storeTranscript, Transcript } from '../shared/transcript.ts';
import { readLegacy } from './log-legacy.ts';
import { readWire } from './log-wire.ts';

const AGENT = 'kimi';
// <workspace>/<session>/agents/<agent>/wire.jsonl; the earlier CLI: <md5 of the folder>/<session>/wire.jsonl
const PATH = /^[^/]+\/[^/]+\/(?:agents\/[^/]+\/)?wire\.jsonl$/;

function roots(context: PathContext): readonly LogRoot[] {
  const current = envValue(context, 'KIMI_CODE_HOME') ?? joinPath(context, context.home, '.kimi-code');
  const legacy = envValue(context, 'KIMI_SHARE_DIR') ?? joinPath(context, context.home, '.kimi');
  return [current, legacy].map((folder) => ({
    dir: joinPath(context, folder, 'sessions'),
    maxDepth: 4,
    matches: (path) => PATH.test(path),
  }));
}

/**
 * Each agent of a session writes its own file and numbers its own calls (`Bash_0`), so each is a session of ours; `main`
 * is the session itself, the others are its children.
 */
function idsOf(file: LogFile): { readonly id: string; readonly parent?: string } {
  const [, folder = '', , agent] = file.relativePath.split('/');
  const session = folder.replace(/^session_/, '');
  return agent === undefined || agent === 'main'
    ? { id: session }
    : { id: `${session}/${agent}`, parent: session };
}

/** The wire log of Kimi Code (protocol 1.4) and of Kimi CLI, appended. Recordings of 2026, 2026-11. */
const WIRE: JsonlFormat = {
  id: 'kimi.wire',
  container: 'jsonl',
  roots,
  shardOf: (file) => file.relativePath.split('/').slice(0, 2).join('/'),
  initialState(file) {
    const stored = {};
    const { id, parent } = idsOf(file);
    storeTranscript(freshTranscript(id, parent), stored);
    return stored;
  },
  parseLine(line, offsetBytes, stored): ParseOutcome {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const record = parsed.value;
    const state = loadTranscript(stored);
    const ownMs =
      epochMs(record['time']) ?? epochMs(record['created_at']) ?? epochSecondsToMs(record['timestamp']);
    const timeMs = ownMs ?? state.lastMs;
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const transcript = new Transcript(AGENT, state, sink, timeMs, offsetBytes);
    transcript.start({});
    const message = getObject(record, 'message');
    const isLegacy = getText(record, 'type') === undefined && message !== undefined;
    const type = getText(isLegacy ? message : record, 'type') ?? '';
    const key = ownMs === undefined ? String(offsetBytes) : `${String(ownMs)}/${type}`;
    const place = { transcript, sink, key };
    const other = isLegacy ? readLegacy(message, place) : readWire(record, place);
    storeTranscript(state, stored);
    return other ?? outcomeOf(sink);
  },
};

/** Session logs of Kimi Code and Kimi CLI. */
export const KIMI_LOGS: readonly LogFormat[] = [WIRE];
