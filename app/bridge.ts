import { z } from 'zod';
import { METHODS, type Method, type Notification } from '../collector/contract/ipc.ts';
import { type BridgeAnswer, type BridgeState, CHANNELS } from './bridge-shape.ts';
import { isMethod } from './collector-link.ts';
import type { ContentsLike, ElectronLike, SenderLike } from './electron-like.ts';
import { isOwnUrl } from './origin.ts';

const NO_METHOD = -32_601;
const INVALID_PARAMS = -32_602;
const INTERNAL = -32_603;
const NOT_OURS = -32_001;

/** Not for a page: the greeting, reports of `reeve exec`, and opening a door for other browsers. */
const NOT_FOR_PAGES: ReadonlySet<string> = new Set<Method>([
  'hello',
  'exec.started',
  'exec.ended',
  'ui.open',
  'collector.stop',
]);

/** The part of the connection the bridge needs. */
interface BridgeLink {
  readonly state: BridgeState;
  call(method: Method, params: unknown): Promise<unknown>;
  onState(listener: (state: BridgeState) => void): () => void;
  onNotice(listener: (name: Notification, body: unknown) => void): () => void;
}

export interface BridgeOptions {
  readonly electron: Pick<ElectronLike, 'ipcMain'>;
  readonly link: BridgeLink;
  /** Is this the page of our window? */
  readonly owns: (contents: ContentsLike) => boolean;
  /** Told which notifications the pages want, whenever that changes. */
  readonly onWanted: (names: readonly string[]) => void;
}

/** Carries requests of our page to the collector and its answers and notifications back. Everything else is refused. */
export class Bridge {
  readonly #options: BridgeOptions;
  /** Pages that listen, with the notifications they want. */
  readonly #pages = new Map<ContentsLike, ReadonlySet<string>>();

  constructor(options: BridgeOptions) {
    this.#options = options;
    const { electron, link } = options;
    electron.ipcMain.handle(CHANNELS.call, (event: SenderLike, method: unknown, params: unknown) =>
      this.#call(event, method, params),
    );
    electron.ipcMain.on(CHANNELS.watch, (event: SenderLike) => {
      if (this.#isOurs(event)) this.#watch(event.sender);
    });
    link.onState((state) => {
      for (const page of this.#pages.keys()) tell(page, CHANNELS.state, state);
    });
    link.onNotice((name, body) => {
      for (const [page, wanted] of this.#pages)
        if (name === 'resync' || wanted.has(name)) tell(page, CHANNELS.notice, name, body);
    });
  }

  async #call(event: SenderLike, method: unknown, params: unknown): Promise<BridgeAnswer> {
    if (!this.#isOurs(event)) return refusal(NOT_OURS, 'This page may not ask.');
    if (typeof method !== 'string' || !isMethod(method) || NOT_FOR_PAGES.has(method))
      return refusal(
        NO_METHOD,
        `There is no request of this name for a page: ${String(method).slice(0, 60)}`,
      );
    const parsed = METHODS[method].params.safeParse(params ?? {});
    if (!parsed.success)
      return refusal(INVALID_PARAMS, `${method}: ${parsed.error.issues[0]?.message ?? 'bad parameters'}`);
    if (method === 'notices.select') return this.#select(event.sender, parsed.data);
    try {
      return { ok: true, result: await this.#options.link.call(method, parsed.data) };
    } catch (error) {
      return failure(error);
    }
  }

  /** Only the top frame of our own window, and only while it shows our own page. */
  #isOurs({ sender, senderFrame }: SenderLike): boolean {
    return (
      this.#options.owns(sender) &&
      senderFrame !== null &&
      senderFrame === sender.mainFrame &&
      isOwnUrl(senderFrame.url)
    );
  }

  #watch(page: ContentsLike): void {
    if (!this.#pages.has(page)) {
      page.on('destroyed', () => {
        this.#pages.delete(page);
        this.#wantedChanged();
      });
    }
    this.#pages.set(page, new Set());
    this.#wantedChanged();
    tell(page, CHANNELS.state, this.#options.link.state);
  }

  /** The connection is shared with the tray: who wants what is kept here. */
  #select(page: ContentsLike, params: unknown): BridgeAnswer {
    const { names } = METHODS['notices.select'].params.parse(params);
    this.#pages.set(page, new Set(names));
    this.#wantedChanged();
    return { ok: true, result: {} };
  }

  #wantedChanged(): void {
    this.#options.onWanted([...new Set([...this.#pages.values()].flatMap((names) => [...names]))]);
  }
}

function tell(page: ContentsLike, channel: string, ...args: readonly unknown[]): void {
  if (!page.isDestroyed()) page.send(channel, ...args);
}

function refusal(code: number, message: string): BridgeAnswer {
  return { ok: false, code, message };
}

const Coded = z.object({ code: z.int() });

function failure(error: unknown): BridgeAnswer {
  const coded = Coded.safeParse(error);
  const message = error instanceof Error ? error.message : 'The collector could not do this.';
  if (coded.success) return refusal(coded.data.code, message);
  // An answer that never came: whether it was done is not known.
  return refusal(error instanceof Error && error.name === 'NoAnswerError' ? 0 : INTERNAL, message);
}
