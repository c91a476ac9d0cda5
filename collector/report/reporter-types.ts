import type { Config } from '../contract/config.ts';
import type { BackoffLimits } from './backoff.ts';
import type { OutboxRow } from './encode-batch.ts';
import type { Pseudonym } from './fields-for.ts';
import { DEFAULT_TIMEOUTS, type Timeouts } from './http.ts';
import type { OcsfContext } from './ocsf.ts';
import type { LogRecord } from './otlp.ts';

/** The queue of what waits to be sent. Every method may throw when the disk does not work. */
export interface Outbox {
  /** From the front, without removing: at most `maxRows` rows and about `maxBytes` of JSON, one row at least. */
  peek(maxRows: number, maxBytes: number): readonly OutboxRow[];
  /** Delivered, or not for this receiver: forget these rows. */
  acknowledge(rowIds: readonly number[]): void;
  /** Given up: forget these rows and count them under `reason`. */
  drop(rowIds: readonly number[], reason: string): void;
  size(): { readonly rows: number; readonly bytes: number };
}

export interface ReporterLog {
  info(message: string): void;
  warn(message: string): void;
}

/** Codes are entries of `health/warnings.ts`; `reason` and `count` are the facts of their texts. */
export type ReporterHealth =
  | { readonly code: 'report-failing'; readonly state: 'raised'; readonly reason: string }
  | { readonly code: 'report-failing'; readonly state: 'cleared' }
  | {
      readonly code: 'report-dropped';
      readonly state: 'raised';
      readonly reason: string;
      readonly count: number;
    };

/** Waits, in milliseconds. Defaults are for production; tests shorten them. */
export interface ReporterTiming extends BackoffLimits {
  /** Between attempts when a setting has to be changed first. */
  readonly slowRetryMs: number;
  /** Longest wait a receiver can ask for. */
  readonly maxRetryAfterMs: number;
  /** How often an empty queue is looked at when nobody calls `wake`. */
  readonly pollMs: number;
  /** How long a batch that is not full waits for more; findings and actions do not wait. */
  readonly lingerMs: number;
  /** Time to send what is left when told to stop. */
  readonly flushMs: number;
  readonly timeouts: Timeouts;
}

export const DEFAULT_TIMING: ReporterTiming = {
  baseMs: 1_000,
  capMs: 300_000,
  slowRetryMs: 300_000,
  maxRetryAfterMs: 3_600_000,
  pollMs: 5_000,
  lingerMs: 1_000,
  flushMs: 2_000,
  timeouts: DEFAULT_TIMEOUTS,
};

/** A request as it went to the receiver, and what that said. */
export interface AnsweredRequest {
  readonly timeMs: number;
  readonly endpoint: string;
  readonly mode: Config['reporting']['mode'];
  readonly status: 'accepted' | 'rejected' | 'failed';
  /** Why not, when it was not accepted. */
  readonly reason?: string;
  readonly records: readonly LogRecord[];
  /** Compressed. */
  readonly wireBytes: number;
}

export interface ReporterDeps {
  readonly config: Config['reporting'];
  readonly outbox: Outbox;
  readonly context: OcsfContext;
  /** Unique per collector process; the resource attribute `service.instance.id`. */
  readonly instanceId: string;
  readonly pseudonym: Pseudonym;
  readonly clock: { nowMs(): number };
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly log: ReporterLog;
  readonly onHealth: (health: ReporterHealth) => void;
  /** Each request that got an answer, with exactly what was in it. */
  readonly onSent?: (request: AnsweredRequest) => void;
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timing?: Partial<ReporterTiming>;
}

export interface ReporterStats {
  /** `off`: no endpoint or mode off. */
  readonly state: 'off' | 'idle' | 'sending' | 'waiting';
  /** Records the receiver took. */
  readonly sent: number;
  readonly requests: number;
  readonly retries: number;
  /** Records of accepted batches that the receiver said it refused. */
  readonly rejected: number;
  /** Rows that the mode keeps here. */
  readonly withheld: number;
  /** Rows given up by the reporter, by reason; the store counts its own beside. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Answers "accepted" whose body was no OTLP answer. */
  readonly oddAnswers: number;
  readonly wireBytes: number;
  readonly lastSuccessMs?: number;
  readonly failing?: string;
}

export interface Reporter {
  /**
   * Sends until `signal` aborts, then what it can within the flush time. Rejects only on a programming error.
   * @param cut aborts before `signal` when nothing more may be sent as it is: the settings are others now
   */
  run(signal: AbortSignal, cut?: AbortSignal): Promise<void>;
  /** There is something new in the outbox. */
  wake(): void;
  stats(): ReporterStats;
}
