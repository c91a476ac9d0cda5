import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { BROWSER_ARGS, CHROMIUM } from '../../test/support/browser.ts';

/** A tab is there, and idle, before it is sent anywhere, as one that a person has just opened. */
const SETTLE_MS = 300;

/**
 * A browser as people have it: with a profile on disk, and with nothing that follows the scripts of a page. Tools that
 * do, Playwright among them, have V8 look up the place of each error that is made, and React makes some while it is
 * loaded: that alone takes 40 to 50 ms of the first look. Speaks the DevTools protocol over a pipe.
 */
export class PlainBrowser {
  readonly #process: ChildProcess;
  readonly #wire: Duplex;
  readonly #profile = mkdtempSync(join(tmpdir(), 'reeve-profile-'));
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #loaded = new Map<string, () => void>();
  #lastId = 0;
  #text = '';

  constructor() {
    this.#process = spawn(
      CHROMIUM,
      [
        ...BROWSER_ARGS,
        '--headless',
        '--window-size=1280,800',
        '--remote-debugging-pipe',
        `--user-data-dir=${this.#profile}`,
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    const [, , , to, from] = this.#process.stdio;
    if (to === undefined || to === null || !(from instanceof Duplex) || !(to instanceof Duplex))
      throw new Error('the browser has no pipe');
    this.#wire = to;
    from.setEncoding('utf8');
    from.on('data', (text: string) => {
      const parts = (this.#text + text).split('\0');
      this.#text = parts.pop() ?? '';
      for (const part of parts) this.#hear(JSON.parse(part) as Message);
    });
  }

  /** Opens a tab, sends it there and waits until it is loaded. @param before runs before anything of the page */
  async open(url: string, before: string): Promise<PlainPage> {
    const { targetId } = await this.#call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#call('Target.attachToTarget', { targetId, flatten: true });
    const session = String(sessionId);
    const call = (method: string, params: object = {}): Promise<Answer> =>
      this.#call(method, params, session);
    await call('Page.enable');
    await call('Page.addScriptToEvaluateOnNewDocument', { source: before });
    await call('Performance.enable', { timeDomain: 'threadTicks' });
    await sleep(SETTLE_MS);
    const loaded = new Promise<void>((resolve) => this.#loaded.set(session, resolve));
    await call('Page.navigate', { url });
    await loaded;
    return {
      evaluate: async (expression) => {
        const options = { expression, awaitPromise: true, returnByValue: true };
        return (await call('Runtime.evaluate', options)).result?.value;
      },
      processorMs: async () => {
        const { metrics } = await call('Performance.getMetrics');
        return (metrics?.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
      },
      close: async () => {
        await this.#call('Target.closeTarget', { targetId });
      },
    };
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    await this.#call('Browser.close');
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #call(method: string, params: object = {}, sessionId?: string): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
      this.#wire.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  #hear(message: Message): void {
    if (message.method === 'Page.loadEventFired') this.#loaded.get(message.sessionId ?? '')?.();
    if (message.id === undefined) return;
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }
}

export interface PlainPage {
  /** @returns what the expression, or its promise, came to */
  evaluate(expression: string): Promise<unknown>;
  /** Processor time of the page's main thread so far. */
  processorMs(): Promise<number>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly result?: Answer;
  readonly error?: { readonly message: string };
}

interface Answer {
  readonly targetId?: string;
  readonly sessionId?: string;
  readonly result?: { readonly value?: unknown };
  readonly metrics?: readonly { readonly name: string; readonly value: number }[];
}
