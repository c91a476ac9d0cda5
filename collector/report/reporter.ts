import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from './backoff.ts';
import { encodeBatch, type Batch, type EncodeDeps, type OutboxRow } from './encode-batch.ts';
import { logsUrl, openTransport, type SendResult, type Transport } from './http.ts';
import { decodeAnswer, encodeRequest, resourceOf } from './otlp.ts';
import {
  type AnsweredRequest,
  DEFAULT_TIMING,
  type Reporter,
  type ReporterDeps,
  type ReporterStats,
  type ReporterTiming,
} from './reporter-types.ts';

export const MAX_BATCH_RECORDS = 512;
export const MAX_BATCH_BYTES = 1_048_576;
/** Unexplained server errors in a row after which the batch is halved, or its one record given up. */
const SERVER_ERRORS = 5;

export function createReporter(deps: ReporterDeps): Reporter {
  return new Sender(deps);
}

type Wait =
  | { readonly kind: 'none' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'delay'; readonly delayMs: number };

class Sender implements Reporter {
  readonly #deps: ReporterDeps;
  readonly #timing: ReporterTiming;
  readonly #encode: EncodeDeps;
  readonly #stop = new AbortController();
  #transport: Transport | undefined;
  #wakeUp: (() => void) | undefined;
  #woken = false;
  #recordLimit = MAX_BATCH_RECORDS;
  #failures = 0;
  #serverErrors = 0;
  #failing: string | undefined;
  #lingered = false;
  #state: ReporterStats['state'] = 'off';
  #lastSuccessMs: number | undefined;
  readonly #counts = {
    sent: 0,
    requests: 0,
    retries: 0,
    rejected: 0,
    withheld: 0,
    oddAnswers: 0,
    wireBytes: 0,
  };
  readonly #dropped = new Map<string, number>();

  constructor(deps: ReporterDeps) {
    this.#deps = deps;
    this.#timing = { ...DEFAULT_TIMING, ...deps.timing };
    this.#encode = { mode: deps.config.mode, context: deps.context, pseudonym: deps.pseudonym };
  }

  wake(): void {
    this.#woken = true;
    this.#wakeUp?.();
  }

  stats(): ReporterStats {
    return {
      state: this.#state,
      ...this.#counts,
      dropped: Object.fromEntries(this.#dropped),
      ...(this.#lastSuccessMs === undefined ? {} : { lastSuccessMs: this.#lastSuccessMs }),
      ...(this.#failing === undefined ? {} : { failing: this.#failing }),
    };
  }

  async run(signal: AbortSignal, cut?: AbortSignal): Promise<void> {
    const { endpoint, mode } = this.#deps.config;
    if (endpoint === undefined || mode === 'off') return;
    this.#warnCleartext(endpoint);
    const flush = (): void => {
      this.wake();
      if (cut?.aborted === true) {
        this.#stop.abort();
        return;
      }
      // Unref'd: an early end of the loop must not keep the process for the rest of the flush time.
      setTimeout(() => {
        this.#stop.abort();
      }, this.#timing.flushMs).unref();
    };
    if (signal.aborted) flush();
    else signal.addEventListener('abort', flush, { once: true });
    try {
      await this.#loop(endpoint, signal);
    } finally {
      signal.removeEventListener('abort', flush);
      this.#transport?.close();
      this.#transport = undefined;
      this.#state = 'off';
    }
  }

  async #loop(endpoint: string, signal: AbortSignal): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#state = 'sending';
      const wait = await this.#step(endpoint, signal);
      if (signal.aborted && wait.kind !== 'none') return;
      if (wait.kind === 'idle') await this.#idle(signal);
      if (wait.kind === 'delay') {
        this.#state = 'waiting';
        await pause(wait.delayMs, signal);
        if (signal.aborted && this.#failing !== undefined) return;
      }
    }
  }

  /** One batch from the front of the queue. */
  async #step(endpoint: string, signal: AbortSignal): Promise<Wait> {
    let rows: readonly OutboxRow[];
    try {
      rows = this.#deps.outbox.peek(MAX_BATCH_RECORDS, MAX_BATCH_BYTES);
    } catch {
      return this.#failed('the queue cannot be read');
    }
    if (rows.length === 0) return { kind: 'idle' };
    if (this.#shouldLinger(rows, signal)) return { kind: 'delay', delayMs: this.#timing.lingerMs };
    const batch = await encodeBatch(rows, this.#recordLimit, MAX_BATCH_BYTES, this.#encode);
    if (!this.#settle(batch)) return this.#failed('the queue cannot be written');
    if (batch.records.length === 0) return { kind: 'none' };
    const result = await this.#send(endpoint, batch);
    return this.#judge(result, batch);
  }

  /** Waits once for more rows, so that a trickle of events is not a trickle of requests. */
  #shouldLinger(rows: readonly OutboxRow[], signal: AbortSignal): boolean {
    const urgent = rows.some(({ priority }) => priority === 'finding' || priority === 'action');
    const full = rows.length >= MAX_BATCH_RECORDS;
    const linger =
      !this.#lingered &&
      !urgent &&
      !full &&
      this.#failing === undefined &&
      !signal.aborted &&
      this.#timing.lingerMs > 0;
    this.#lingered = linger;
    return linger;
  }

  /** Takes rows that will never be sent out of the queue. */
  #settle({ withheld, unreadable }: Batch): boolean {
    if (unreadable.length > 0 && !this.#drop(unreadable, 'unreadable')) return false;
    if (withheld.length === 0) return true;
    this.#counts.withheld += withheld.length;
    return this.#acknowledge(withheld);
  }

  async #send(endpoint: string, batch: Batch): Promise<SendResult> {
    const { config, context, instanceId, clock, env } = this.#deps;
    if (this.#transport === undefined) {
      const opened = openTransport({ ...config, endpoint }, env, this.#timing.timeouts);
      if (!opened.ok) return { kind: 'misconfigured', reason: opened.reason };
      this.#transport = opened.transport;
    }
    this.#counts.requests += 1;
    if (this.#failures > 0) this.#counts.retries += 1;
    const body = encodeRequest(batch.records, resourceOf(context, instanceId), clock.nowMs());
    const { result, wireBytes } = await this.#transport.send(body, this.#stop.signal);
    this.#counts.wireBytes += wireBytes;
    const answer = answerOf(result);
    if (answer !== undefined) {
      const { records } = batch;
      this.#deps.onSent?.({
        timeMs: clock.nowMs(),
        endpoint,
        mode: config.mode,
        ...answer,
        records,
        wireBytes,
      });
    }
    return result;
  }

  #judge(result: SendResult, batch: Batch): Wait {
    const count = batch.rowIds.length;
    if (result.kind !== 'failed') this.#serverErrors = 0;
    switch (result.kind) {
      case 'accepted':
        return this.#accepted(result, batch);
      case 'later': {
        if (result.retryAfterMs === undefined) return this.#failed(result.reason);
        const asked = Math.min(result.retryAfterMs, this.#timing.maxRetryAfterMs);
        // A little later than asked, each machine by its own amount.
        return this.#failed(result.reason, asked + this.#deps.random() * this.#timing.baseMs);
      }
      case 'misconfigured': {
        // Opened again next time: certificate files may have been replaced.
        this.#transport?.close();
        this.#transport = undefined;
        return this.#failed(result.reason, this.#timing.slowRetryMs * (0.5 + this.#deps.random() / 2));
      }
      case 'too-large':
        if (count > 1) {
          this.#recordLimit = Math.floor(count / 2);
          return { kind: 'none' };
        }
        return this.#drop(batch.rowIds, 'too-large')
          ? { kind: 'none' }
          : this.#failed('the queue cannot be written');
      case 'refused':
        return this.#drop(batch.rowIds, 'refused')
          ? { kind: 'none' }
          : this.#failed('the queue cannot be written');
      case 'failed':
        return this.#serverError(result.reason, batch);
    }
  }

  #accepted(result: Extract<SendResult, { kind: 'accepted' }>, batch: Batch): Wait {
    // Before counting: rows that could not be removed are sent again, with the same ids.
    if (!this.#acknowledge(batch.rowIds)) return this.#failed('the queue cannot be written');
    const answer = result.complete ? decodeAnswer(result.body) : undefined;
    const rejected = Math.min(answer?.rejected ?? 0, batch.rowIds.length);
    if (answer === undefined) this.#counts.oddAnswers += 1;
    if (rejected > 0) {
      // The protocol forbids sending a partly accepted batch again.
      this.#counts.rejected += rejected;
      this.#tellDropped(`the receiver refused records of accepted batches`, this.#counts.rejected);
    }
    this.#counts.sent += batch.rowIds.length - rejected;
    this.#lastSuccessMs = this.#deps.clock.nowMs();
    this.#recordLimit = Math.min(MAX_BATCH_RECORDS, this.#recordLimit * 2);
    this.#recovered();
    return { kind: 'none' };
  }

  /**
   * A 5xx that does not ask to come back. It may be an outage or one record that breaks the receiver: retried like an
   * outage, but in ever smaller batches, so that a breaking record is alone in the end and given up.
   */
  #serverError(reason: string, batch: Batch): Wait {
    this.#serverErrors += 1;
    if (this.#serverErrors >= SERVER_ERRORS) {
      this.#serverErrors = 0;
      if (batch.rowIds.length > 1) this.#recordLimit = Math.floor(batch.rowIds.length / 2);
      else this.#drop(batch.rowIds, 'server-error');
    }
    return this.#failed(reason);
  }

  #failed(reason: string, delayMs?: number): Wait {
    this.#failures += 1;
    if (this.#failing !== reason) {
      this.#failing = reason;
      this.#deps.log.warn(`reports are not delivered: ${reason}; they are kept and sent later`);
      this.#deps.onHealth({ code: 'report-failing', state: 'raised', reason });
    }
    const { timing, random } = { timing: this.#timing, random: this.#deps.random };
    return { kind: 'delay', delayMs: delayMs ?? backoffMs(this.#failures, random(), timing) };
  }

  #recovered(): void {
    if (this.#failing !== undefined) {
      this.#deps.log.info(`reports are delivered again after ${this.#failures} failed attempts`);
      this.#deps.onHealth({ code: 'report-failing', state: 'cleared' });
    }
    this.#failing = undefined;
    this.#failures = 0;
  }

  #acknowledge(rowIds: readonly number[]): boolean {
    try {
      this.#deps.outbox.acknowledge(rowIds);
      return true;
    } catch {
      // A full or failing disk; the rows stay and come again.
      return false;
    }
  }

  #drop(rowIds: readonly number[], reason: string): boolean {
    try {
      this.#deps.outbox.drop(rowIds, reason);
    } catch {
      // As for `acknowledge`.
      return false;
    }
    const total = (this.#dropped.get(reason) ?? 0) + rowIds.length;
    this.#dropped.set(reason, total);
    this.#tellDropped(reason, total);
    return true;
  }

  #tellDropped(reason: string, count: number): void {
    this.#deps.onHealth({ code: 'report-dropped', state: 'raised', reason, count });
  }

  async #idle(signal: AbortSignal): Promise<void> {
    this.#state = 'idle';
    if (!this.#woken && !signal.aborted)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#timing.pollMs);
        this.#wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#wakeUp = undefined;
    this.#woken = false;
  }

  #warnCleartext(endpoint: string): void {
    const { protocol, hostname } = logsUrl(endpoint);
    const local = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
    if (protocol === 'http:' && !local)
      this.#deps.log.warn(`reports to ${hostname} are not encrypted: the endpoint is http, not https`);
  }
}

/** @returns undefined when no answer came, so that nobody knows what arrived. */
function answerOf(result: SendResult): Pick<AnsweredRequest, 'status' | 'reason'> | undefined {
  switch (result.kind) {
    case 'accepted': {
      const rejected = result.complete ? (decodeAnswer(result.body)?.rejected ?? 0) : 0;
      return rejected === 0
        ? { status: 'accepted' }
        : { status: 'rejected', reason: `the receiver refused ${rejected} of the batch` };
    }
    case 'too-large':
      return { status: 'rejected', reason: 'the receiver says that it is too large' };
    case 'refused':
      return { status: 'rejected', reason: result.reason };
    case 'later':
    case 'failed':
    case 'misconfigured':
      return /^(?:status )?\d{3}\b/.test(result.reason)
        ? { status: 'failed', reason: result.reason }
        : undefined;
  }
}

/** Waits, or returns early when told to stop. */
async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch {
    // AbortError: the wait was cut short on purpose.
  }
}
