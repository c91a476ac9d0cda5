import type { DocumentFormat, LogFile, LogRoot } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { readModelMessages, readScreenMessages, type ClineReading } from './cline-messages.ts';
import { parseJson } from './json.ts';
import { folderName } from './log-name.ts';
import { createSink, outcomeOf, typeName } from './log-sink.ts';
import type { ToolReader } from './read-tool.ts';
import { epochMs } from './time.ts';
import { freshTranscript } from './transcript.ts';

/** An agent that keeps Cline's task folders: `<tasks>/<id>/{api_conversation_history,ui_messages}.json`. */
export interface ClineFamily {
  readonly agentId: string;
  readonly tool: ToolReader;
  /** The folders that hold task folders. */
  taskFolders(context: PathContext): readonly string[];
}

const MAX_BYTES = 134_217_728;

/** Two documents per task, each rewritten whole: what the model saw, and what the screen showed. */
export function clineFormats(family: ClineFamily): readonly DocumentFormat[] {
  return [
    taskDocument(family, 'messages', 'api_conversation_history.json', (messages, reading) => {
      readModelMessages(messages, false, reading);
    }),
    taskDocument(family, 'screen', 'ui_messages.json', readScreenMessages),
  ];
}

function taskDocument(
  family: ClineFamily,
  what: string,
  name: string,
  read: (messages: readonly unknown[], reading: ClineReading) => void,
): DocumentFormat {
  return {
    id: `${family.agentId}.${what}`,
    container: 'document',
    maxBytes: MAX_BYTES,
    roots: (context) => taskRoots(family, context, name),
    shardOf: (file) => file.relativePath.slice(0, file.relativePath.indexOf('/')),
    initialState: () => ({}),
    parseDocument(text, file) {
      const parsed = parseJson(text);
      if (parsed === undefined) return { kind: 'rejected', reason: 'not-json' };
      const messages: unknown = parsed.value;
      if (!Array.isArray(messages)) return { kind: 'unknown', type: `document:${typeName(messages)}` };
      const reading = readingOf(family, file, folderName(file));
      read(messages, reading);
      return outcomeOf(reading.sink);
    },
  };
}

export function taskRoots(family: ClineFamily, context: PathContext, name: string): readonly LogRoot[] {
  return family.taskFolders(context).map((dir) => ({
    dir,
    maxDepth: 1,
    matches: (path) => path.endsWith(`/${name}`) && path.indexOf('/') === path.lastIndexOf('/'),
  }));
}

/** A new reading of one task. Cline names tasks by the time they began, in milliseconds. */
export function readingOf(family: ClineFamily, file: LogFile, taskId: string): ClineReading {
  const began = /^(\d{13})(?:_|$)/.exec(taskId)?.[1];
  const fallbackMs = began === undefined ? epochMs(file.writtenMs) : epochMs(Number(began));
  const { agentId, tool } = family;
  return { agentId, tool, state: freshTranscript(taskId), sink: createSink(), fallbackMs };
}
