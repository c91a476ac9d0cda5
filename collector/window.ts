import { ResponseError } from 'vscode-jsonrpc/node';
import type { WindowMethod } from './api-window.ts';
import { approvablesOf } from './approving.ts';
import { BrowserWindow } from './browser-window.ts';
import type { Handlers, Notice, Notification } from './contract/ipc.ts';
import { expireSuppressions, REFUSED } from './deciding.ts';
import type { ServedHandlers } from './ipc/dispatch.ts';
import { Notices } from './notices.ts';
import { ReadThread } from './read-thread.ts';
import { sentStats } from './sending.ts';
import { type GraphPlace, graphPlaceOf } from './session-graph.ts';
import {
  createWindowHandlers,
  decidingOptions,
  type WindowGround,
  type WindowOptions,
} from './window-handlers.ts';
import type { InventoryKind } from './store/inventory.ts';

const EXPIRE_EVERY_MS = 15_000;

/** What the window needs of the collector: its methods, its notices, and the way in for a browser. */
export class Window {
  readonly #options: WindowOptions;
  readonly #notices: Notices;
  readonly #ground: WindowGround;
  readonly #reading: ReadThread;
  readonly handlers: Pick<Handlers, WindowMethod>;
  /** The same answers as elsewhere, from a second thread: for callers that wait on a socket. */
  readonly threaded: Partial<ServedHandlers>;
  #place: GraphPlace | undefined;
  #browser: BrowserWindow | undefined;
  #expiry: NodeJS.Timeout | undefined;
  /** Every handler of the local API, from `start` on. */
  #all: ServedHandlers | undefined;

  constructor(options: WindowOptions) {
    this.#options = options;
    const { store, clock } = options;
    this.#notices = new Notices({
      send: (notice) => {
        options.send(notice);
        this.#browser?.publish(notice);
      },
      isHeard: (name) => this.hears(name),
      session: (id) => store.read.session(id),
      sentStats: () => sentStats({ store, clock, reporting: options.reporting }),
      approvalCounts: () => store.approvals.counts(),
    });
    this.#ground = {
      options,
      settings: {
        policyFile: options.platform.folders.policyFile,
        userFile: options.userFile,
        get running() {
          return options.config;
        },
        apply: () => options.onSettings?.(),
      },
      graphPlace: () => this.#graphPlace(),
      all: () => this.#all,
      threaded: () => this.threaded,
      publish: (notice) => {
        this.publish(notice);
      },
      approvalsChanged: () => {
        this.#notices.touch('approvals.changed');
      },
      open: (port) => this.open(port),
    };
    this.handlers = createWindowHandlers(this.#ground);
    this.#reading = new ReadThread({
      storePath: store.path,
      place: () => this.#graphPlace(),
      onError: (error) => {
        options.onError(error, 'reading thread');
      },
    });
    this.threaded = this.#reading.handlers({
      ...options.readHandlers,
      'graph.get': this.handlers['graph.get'],
    });
  }

  /** @param all every handler of the local API: a browser gets the same ones */
  async start(all: ServedHandlers): Promise<void> {
    const { uiStateFile, version, clock, onError } = this.#options;
    this.#all = all;
    this.#browser = new BrowserWindow({
      stateFile: uiStateFile,
      handlers: all,
      version,
      nowMs: clock.nowMs,
      onError,
    });
    this.#expire();
    this.#expiry = setInterval(() => {
      this.#expire();
    }, EXPIRE_EVERY_MS).unref();
    await this.#browser.resume();
  }

  /** Does anybody follow notices of this name? */
  hears(name: Notification): boolean {
    return this.#options.hears?.(name) !== false || this.#browser?.hears(name) === true;
  }

  publish(notice: Notice): void {
    this.#notices.publish(notice);
  }

  /** These sessions have got processes, or have none any more. */
  running(sessionIds: readonly string[]): void {
    this.#notices.touchSessions(sessionIds);
  }

  /** Something was sent to the receiver. */
  sent(): void {
    this.#notices.touch('sent.changed');
  }

  /** The machine was looked at: what can be approved may have changed. @throws StoreError */
  looked(inventory: Parameters<typeof approvablesOf>[0], changed: ReadonlySet<InventoryKind>): void {
    const { store, clock } = this.#options;
    const kinds = INVENTORY_KINDS.filter((kind) => changed.has(kind));
    if (kinds.length > 0) this.publish({ name: 'inventory.changed', body: { kinds: [...kinds] } });
    if (store.approvals.sync(approvablesOf(inventory), clock.nowMs()))
      this.#notices.touch('approvals.changed');
  }

  /** The address for a browser; see `ui.open`. */
  async open(port?: number): Promise<Awaited<ReturnType<BrowserWindow['open']>>> {
    if (this.#browser === undefined) throw new ResponseError(REFUSED, 'The collector is still starting.');
    try {
      return await this.#browser.open(port);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      throw new ResponseError(REFUSED, `Port ${port ?? 'for the window'} cannot be used: ${code}.`);
    }
  }

  /** Another store is in the place of the old one. */
  async storeReplaced(): Promise<void> {
    await this.#reading.reset();
  }

  async close(): Promise<void> {
    clearInterval(this.#expiry);
    await this.#reading.close();
    this.#notices.close();
    await this.#browser?.close();
  }

  #graphPlace(): GraphPlace {
    this.#place ??= graphPlaceOf(this.#options.platform);
    return this.#place;
  }

  /** A store that takes nothing now is dealt with elsewhere; the next time does it. */
  #expire(): void {
    try {
      expireSuppressions(decidingOptions(this.#ground));
    } catch (error) {
      this.#options.onError(error, 'suppressions');
    }
  }
}

const INVENTORY_KINDS = ['agent', 'mcp-server', 'credential', 'asset'] as const;
