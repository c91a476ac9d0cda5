import type { ReadProblem } from './open-log.ts';
import { WALK_COUNTS, type WalkCount } from './walk.ts';

/** A current difficulty, as a code of the health catalog and a sentence with its count. */
export interface SourceHealth {
  readonly code: string;
  readonly text: string;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;
/** A file that is being written, or a store that is locked, is soon free. */
const BUSY_PAUSE_MS = 250;
/** `busy` this often in a row is worth telling. */
const BUSY_TELLS = 5;

const WALK_TEXT: Readonly<Record<WalkCount, readonly [code: string, text: string]>> = {
  symlink: ['log-symlink', 'links in log folders were not followed'],
  'not-regular': ['log-not-regular', 'pipes, sockets or devices in log folders were ignored'],
  'unreadable-folder': ['log-folder-unreadable', 'log folders could not be listed'],
  limit: [
    'log-limit',
    'times the bound on files, folders or time ended a search for logs; some were not looked at',
  ],
};

const READ_TEXT: Readonly<Record<ReadProblem, string>> = {
  missing: 'log files vanished',
  denied: 'log files may not be read',
  io: 'log files could not be read for a device or system error',
  'not-regular': 'log files are not regular files any more',
  symlink: 'log files were replaced by links and are not read',
  'outside-root': 'log files lie outside their folder through a link and are not read',
  'too-large': 'log files or stores are too large, or nearly empty for their size, and are not read',
  busy: 'log files stay locked or keep changing',
  corrupt: 'log stores are damaged',
  drifted: 'log stores have other tables than this version knows',
};

interface Failing {
  problem: ReadProblem;
  times: number;
  retryMs: number;
}

/** Which files cannot be read now, and when each is tried again. */
export class LogProblems {
  readonly #failing = new Map<string, Failing>();

  failed(path: string, problem: ReadProblem, nowMs: number): void {
    const times = (this.#failing.get(path)?.times ?? 0) + 1;
    const first = problem === 'busy' ? BUSY_PAUSE_MS : FIRST_PAUSE_MS;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, first * 2 ** Math.min(times - 1, 20));
    this.#failing.set(path, { problem, times, retryMs: nowMs + pauseMs });
  }

  recovered(path: string): void {
    this.#failing.delete(path);
  }

  /** Files whose pause is over. Each is named once per failure. */
  due(nowMs: number): readonly string[] {
    const paths: string[] = [];
    for (const [path, failing] of this.#failing) {
      // A pause that lies further ahead than any can is a clock that was set back.
      if (failing.retryMs > nowMs && failing.retryMs - nowMs <= LONGEST_PAUSE_MS) continue;
      failing.retryMs = nowMs + LONGEST_PAUSE_MS;
      paths.push(path);
    }
    return paths;
  }

  /** @param unwatched folders without a watch because the system gives no more */
  health(counts: Partial<Record<WalkCount, number>>, unwatched: number): readonly SourceHealth[] {
    const items: SourceHealth[] = [];
    if (unwatched > 0) {
      items.push({
        code: 'watch-limit',
        text: `${unwatched} log folders are looked at every few seconds instead of being watched: the system's limit of watches is reached (on Linux raise fs.inotify.max_user_watches)`,
      });
    }
    for (const kind of WALK_COUNTS) {
      const count = counts[kind] ?? 0;
      const [code, text] = WALK_TEXT[kind];
      if (count > 0) items.push({ code, text: `${count} ${text}` });
    }
    const files = new Map<ReadProblem, number>();
    for (const { problem, times } of this.#failing.values()) {
      if (problem === 'busy' && times < BUSY_TELLS) continue;
      files.set(problem, (files.get(problem) ?? 0) + 1);
    }
    for (const [problem, count] of files) {
      items.push({ code: `log-${problem}`, text: `${count} ${READ_TEXT[problem]}` });
    }
    return items;
  }
}
