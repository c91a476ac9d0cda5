import type { LogFile, ParseOutcome, ParserState } from '../spec-log.ts';
import { epochMs } from './time.ts';
import { readTranscriptLine, type TranscriptLine } from './transcript-line.ts';

/**
 * A line of a log that tells no times. It has the time the file was last written when the line was first read: right
 * while Reeve runs, and the end of the session for what was there before.
 * @param read writes into the transcript and the sink. @returns an outcome in place of what was written, or undefined
 */
export function readUntimedLine(
  agentId: string,
  line: string,
  offsetBytes: number,
  stored: ParserState,
  file: LogFile | undefined,
  read: (line: TranscriptLine, stored: ParserState) => ParseOutcome | undefined,
): ParseOutcome {
  return readTranscriptLine(
    {
      agentId,
      timeOf: () => epochMs(file?.writtenMs),
      read(told) {
        told.transcript.start({});
        return read(told, stored);
      },
    },
    line,
    offsetBytes,
    stored,
  );
}
