import { execFile } from 'node:child_process';

/** What a program of the operating system answered. */
export interface ToolAnswer {
  readonly code: number;
  readonly stdout: string;
}

/** Runs a program of the operating system, by absolute path and without a shell. @throws when it cannot be started */
export type RunTool = (file: string, args: readonly string[]) => Promise<ToolAnswer>;

const TIMEOUT_MS = 20_000;
/** A table of 100,000 processes. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export const runTool: RunTool = (file, args) =>
  new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      {
        // Dates in one language and one time zone.
        env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
        timeout: TIMEOUT_MS,
        maxBuffer: MAX_ANSWER_BYTES,
        windowsHide: true,
      },
      (error, stdout) => {
        if (error === null) resolve({ code: 0, stdout });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout });
        else reject(new Error(`${file} could not be run: ${error.message}`, { cause: error }));
      },
    );
  });
