import { Worker } from 'node:worker_threads';
import { ResponseError } from 'vscode-jsonrpc/node';
import { z } from 'zod';
import type { Handlers, ParsedParams, Result } from './contract/ipc.ts';
import type { ServedHandlers } from './ipc/dispatch.ts';
import { Encoded } from './ipc/encoded.ts';
import { threadEnv } from './lib/compiled-code.ts';
import type { GraphPlace } from './session-graph.ts';

/** Questions that take long, in a big store or always: they wait for the thread to start. */
const HEAVY = ['graph.get', 'events.search', 'privileges.get', 'audit.verify'] as const;
/** Questions that are soon answered, and come often. */
const LIGHT = [
  'agents.list',
  'approvals.list',
  'assets.list',
  'audit.list',
  'baseline.list',
  'credentials.list',
  'events.get',
  'events.list',
  'events.marks',
  'events.page',
  'findings.bySession',
  'findings.list',
  'findings.suppressPreview',
  'mcpServers.list',
  'models.list',
  'processes.ofSession',
  'sent.list',
  'sessions.get',
  'sessions.list',
] as const;

/** Questions that are answered from the store alone. */
export type ThreadMethod = (typeof HEAVY)[number] | (typeof LIGHT)[number];

export interface ReadSetup {
  readonly storePath: string;
  readonly place: GraphPlace;
}

export interface Question {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

/** `bytes`: the answer as JSON. */
export const Answer = z.union([
  z.object({ id: z.int(), bytes: z.instanceof(Uint8Array) }),
  z.object({ id: z.int(), code: z.int(), message: z.string() }),
]);

export interface ReadThreadOptions {
  readonly storePath: string;
  readonly place: () => GraphPlace;
  /** The thread ended without being told to, or could not start. */
  readonly onError: (error: unknown) => void;
  /** Default two minutes. */
  readonly idleMs?: number;
}

/** Some ten thousand events of a session, and an answer of some megabytes. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };
const IDLE_MS = 120_000;
/** After the thread failed, questions are answered here for this long. */
const REST_MS = 30_000;
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/**
 * Reads the store in a second thread, so that nothing that is asked holds up the following of logs. The thread comes
 * with the first question and goes when nobody has asked for a while. Where it cannot be had, the questions are
 * answered here: slower, but answered.
 */
export class ReadThread {
  readonly #options: ReadThreadOptions;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Encoded) => void; reject: (why: unknown) => void }
  >();
  #worker: Worker | undefined;
  #isUp = false;
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;
  #restUntilMs = 0;

  constructor(options: ReadThreadOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** @param here the same answers from this thread */
  handlers(here: Pick<Handlers, ThreadMethod>): Partial<ServedHandlers> {
    const heavy: ReadonlySet<string> = new Set(HEAVY);
    const served: { -readonly [M in ThreadMethod]?: ServedHandlers[M] } = {};
    const add = <M extends ThreadMethod>(method: M, serve: Handlers[M]): void => {
      const answer = (params: ParsedParams<M>): Promise<Result<M> | Encoded> =>
        this.#answer(method, params, heavy.has(method), () => serve(params));
      Object.assign(served, { [method]: answer });
    };
    for (const method of [...HEAVY, ...LIGHT]) add(method, here[method]);
    return served;
  }

  /** The store was put aside and another one is in its place: the thread holds the old one open. */
  async reset(): Promise<void> {
    await this.#end(new Error('the store was replaced'));
  }

  async close(): Promise<void> {
    this.#restUntilMs = Number.POSITIVE_INFINITY;
    await this.#end(new Error('the collector stops'));
  }

  async #answer<T>(
    method: ThreadMethod,
    params: unknown,
    heavy: boolean,
    here: () => T | Promise<T>,
  ): Promise<T | Encoded> {
    this.#start();
    if (this.#worker === undefined || (!this.#isUp && !heavy)) return here();
    try {
      return await this.#ask(method, params);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      return here();
    }
  }

  #start(): void {
    this.#stayAwake();
    if (this.#worker !== undefined || performance.now() < this.#restUntilMs) return;
    const { storePath, place } = this.#options;
    const setup: ReadSetup = { storePath, place: place() };
    const worker = new Worker(new URL(`./read-worker.${EXTENSION}`, import.meta.url), {
      workerData: setup,
      resourceLimits: HEAP,
      ...threadEnv(),
    });
    worker.unref();
    this.#worker = worker;
    worker.on('message', (message: unknown) => {
      this.#isUp ||= this.#worker === worker;
      this.#hear(message);
    });
    worker.once('error', (error) => {
      this.#failed(worker, error);
    });
    worker.once('exit', () => {
      this.#failed(worker, new Error('the reading thread ended'));
    });
  }

  #ask(method: string, params: unknown): Promise<Encoded> {
    const id = ++this.#lastId;
    const question: Question = { id, method, params };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // A question keeps the process, an idle thread does not.
      this.#worker?.ref();
      this.#worker?.postMessage(question);
    });
  }

  #hear(message: unknown): void {
    const answer = Answer.safeParse(message);
    if (!answer.success) return; // the greeting
    const waiting = this.#waiting.get(answer.data.id);
    this.#waiting.delete(answer.data.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('bytes' in answer.data) waiting?.resolve(new Encoded(answer.data.bytes));
    else waiting?.reject(new ResponseError(answer.data.code, answer.data.message));
  }

  #failed(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#restUntilMs = Math.max(this.#restUntilMs, performance.now() + REST_MS);
    this.#forget(error);
    this.#options.onError(error);
  }

  #forget(why: unknown): void {
    this.#worker = undefined;
    this.#isUp = false;
    clearTimeout(this.#idle);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(why);
  }

  async #end(why: Error): Promise<void> {
    const worker = this.#worker;
    this.#forget(why);
    await worker?.terminate();
  }

  #stayAwake(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#waiting.size > 0) this.#stayAwake();
      else void this.#end(new Error('nobody asks any more'));
    }, this.#options.idleMs ?? IDLE_MS).unref();
  }
}
