import type { JsonlFormat, LogFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { appSupport } from '../shared/app-support.ts';
import { readAuiUpdate } from '../shared/aui-blocks.ts';
import { joinPath } from '../shared/join-path.ts';
import { getObject, getText, isObject, parseJson } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import { typeName } from '../shared/log-sink.ts';
import { epochMs } from '../shared/time.ts';
import { readTranscriptRecord, type LineReader, type TranscriptLine } from '../shared/transcript-line.ts';
import { startTranscript } from '../shared/transcript.ts';

/** `JetBrains/<product><version>/aia-task-history/<id>.events` below the folder for settings. */
function roots(context: PathContext): readonly LogRoot[] {
  return [
    {
      dir: joinPath(context, appSupport(context), 'JetBrains'),
      maxDepth: 2,
      matches: (path) => /^[^/]+\/aia-task-history\/[^/]+\.events$/.test(path),
      enters: (dir) => /^[^/]+(?:\/aia-task-history)?$/.test(dir),
    },
  ];
}

const HEADER = 'AUI_EVENTS_V1';
/** Agents that keep a log of their own, which is read: what they do is told there, with its own times and ids. */
const OTHERS = /(?:^|\.)(?:junie|claude-acp|codex-acp|codex|github-copilot)$/;

function readerOf(writtenMs: number | undefined): LineReader {
  return {
    agentId: 'jetbrains-ai',
    glance(record) {
      const agent = getText(getObject(record, 'agentId') ?? {}, 'id') ?? '';
      return OTHERS.test(agent.slice(-80)) ? IGNORED : undefined;
    },
    timeOf: () => epochMs(writtenMs),
    read: readRecord,
  };
}

function readRecord(line: TranscriptLine): ParseOutcome | undefined {
  const { record, position, transcript } = line;
  const type = (getText(record, 'type') ?? '').split('.').at(-1) ?? '';
  if (type !== 'ChatSessionUserPromptEvent' && type !== 'ChatSessionMessageBlockEvent')
    return { kind: 'unknown', type: `record:${typeName(type)}` };
  transcript.start({});
  if (type === 'ChatSessionUserPromptEvent') transcript.prompt(position, getText(record, 'prompt') ?? '');
  else readAuiUpdate(getObject(record, 'event') ?? {}, line);
  return undefined;
}

/**
 * What AI Assistant's chat showed of an agent's task: a header, then one base64 line of JSON per update, appended, without
 * a time. Captures of other readers, 2026-11; the event classes are the vendor's.
 */
const EVENTS: JsonlFormat = {
  id: 'jetbrains-ai.events',
  container: 'jsonl',
  roots,
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(baseName(file)),
  parseLine(line, offsetBytes, stored, file) {
    if (line.trim() === HEADER) return IGNORED;
    const text = decoded(line.trim());
    const record = text === undefined ? undefined : parseJson(text)?.value;
    if (record === undefined) return { kind: 'rejected', reason: 'not-json' };
    if (!isObject(record)) return { kind: 'rejected', reason: 'not-an-object' };
    return readTranscriptRecord(readerOf(file?.writtenMs), record, offsetBytes, stored);
  },
};

function decoded(base64: string): string | undefined {
  try {
    const binary = atob(base64);
    return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  } catch {
    return undefined; // InvalidCharacterError: not base64
  }
}

/** Session logs of JetBrains AI Assistant. */
export const JETBRAINS_AI_LOGS: readonly LogFormat[] = [EVENTS];
