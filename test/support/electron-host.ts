import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type {
  BrowserWindowConstructorOptions,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  NotificationConstructorOptions,
} from 'electron';
import type { Browser, BrowserContext, Frame, Page, Request as PageRequest, Route } from 'playwright-core';
import type { ElectronLike } from '../../app/electron-like.ts';

/** Chromium without Electron knows no `app:`; the page lives at this address, which is mapped both ways. */
const SHOWN = 'https://reeve.test';
const REAL = 'app://reeve';
type Handler = (...args: never[]) => unknown;

export interface HostMenu {
  readonly items: readonly MenuItemConstructorOptions[];
}

export interface HostNotification {
  readonly options: NotificationConstructorOptions;
  click(): void;
  press(label: string): void;
}

/**
 * The few parts of Electron that the app uses, over a real Chromium: its windows are pages, its scheme is served by the
 * app's own handler, its preload script runs before each page, and its messages go between them.
 */
export class ElectronHost {
  readonly browser: Browser;
  readonly handlers = new Map<string, Handler>();
  readonly ipc = new EventEmitter();
  readonly app: EventEmitter;
  readonly session = new HostSession();
  readonly theme = Object.assign(new EventEmitter(), { shouldUseDarkColors: false });
  readonly windows: HostWindow[] = [];
  readonly trays: HostTray[] = [];
  readonly notifications: HostNotification[] = [];
  readonly questions: MessageBoxOptions[] = [];
  /** What the person answers to the next questions. */
  readonly answers: number[] = [];
  /** What the app asked for before it was ready, and what it did to the system. */
  readonly calls: string[] = [];
  applicationMenu: HostMenu | undefined;
  scheme: ((request: Request) => Promise<Response>) | undefined;
  /** Requests of pages to anything but the package. */
  readonly leaks: string[] = [];
  isFirst = true;

  constructor(browser: Browser) {
    this.browser = browser;
    const call =
      (name: string, answer?: unknown) =>
      (...args: unknown[]): unknown => {
        this.calls.push([name, ...args.map((arg) => JSON.stringify(arg))].join(' '));
        return answer;
      };
    this.app = Object.assign(new EventEmitter(), {
      requestSingleInstanceLock: () => this.isFirst,
      enableSandbox: call('enableSandbox'),
      setAppUserModelId: call('setAppUserModelId'),
      setAsDefaultProtocolClient: call('setAsDefaultProtocolClient', true),
      quit: () => {
        this.calls.push('quit');
        this.app.emit('before-quit', {});
      },
      whenReady: async () => {
        this.calls.push('whenReady');
        await Promise.resolve();
      },
    });
  }

  get electron(): ElectronLike {
    const open = (options: BrowserWindowConstructorOptions): HostWindow => {
      const window = new HostWindow(this, options);
      this.windows.push(window);
      this.app.emit('web-contents-created', {}, window.webContents);
      return window;
    };
    const { notifications, trays } = this;
    const parts = {
      app: this.app,
      BrowserWindow: function BrowserWindow(options: BrowserWindowConstructorOptions) {
        return open(options);
      },
      Menu: {
        buildFromTemplate: (items: MenuItemConstructorOptions[]): HostMenu => ({ items }),
        setApplicationMenu: (menu: HostMenu) => {
          this.applicationMenu = menu;
        },
      },
      Notification: class extends EventEmitter {
        static readonly isSupported = (): boolean => true;
        readonly options: NotificationConstructorOptions;
        constructor(options: NotificationConstructorOptions) {
          super();
          this.options = options;
        }
        show(): void {
          notifications.push({
            options: this.options,
            click: () => this.emit('click', {}),
            press: (label) => {
              const actionIndex = this.options.actions?.findIndex(({ text }) => text === label) ?? -1;
              this.emit('action', { actionIndex });
            },
          });
        }
        close(): void {
          this.emit('close');
        }
      },
      Tray: class extends HostTray {
        constructor(image: HostImage) {
          super(image);
          trays.push(this);
        }
      },
      dialog: {
        showMessageBox: (question: MessageBoxOptions) => {
          this.questions.push(question);
          return Promise.resolve({ response: this.answers.shift() ?? 0, checkboxChecked: false });
        },
      },
      ipcMain: {
        handle: (channel: string, handler: Handler) => this.handlers.set(channel, handler),
        on: (channel: string, handler: (...args: unknown[]) => void) => this.ipc.on(channel, handler),
      },
      nativeImage: { createEmpty: () => new HostImage() },
      nativeTheme: this.theme,
      protocol: {
        registerSchemesAsPrivileged: (schemes: unknown) => {
          this.calls.push(`registerSchemesAsPrivileged ${JSON.stringify(schemes)}`);
        },
        handle: (_scheme: string, handler: (request: Request) => Promise<Response>) => {
          this.scheme = handler;
        },
      },
      session: { defaultSession: this.session },
    };
    return parts as unknown as ElectronLike;
  }

  /** The page of the window that was opened last. @throws when there is none */
  get window(): HostWindow {
    const window = this.windows.at(-1);
    if (window === undefined) throw new Error('no window was opened');
    return window;
  }

  /** Chooses an entry of the tray's menu, by the labels on the way there. */
  choose(...labels: readonly (string | RegExp)[]): void {
    let items: readonly MenuItemConstructorOptions[] = this.trays.at(-1)?.menu?.items ?? [];
    for (const [index, label] of labels.entries()) {
      const item = items.find((one) =>
        typeof label === 'string' ? one.label === label : label.test(one.label ?? ''),
      );
      if (item === undefined || item.enabled === false)
        throw new Error(`no entry ${String(label)} in: ${items.map((one) => one.label ?? '-').join(' | ')}`);
      if (index === labels.length - 1) Reflect.apply(item.click ?? noClick, undefined, []);
      else items = item.submenu as MenuItemConstructorOptions[];
    }
  }

  /** Is there such an entry in the tray's menu? */
  offers(group: RegExp, label: string): boolean {
    return (this.trays.at(-1)?.menu?.items ?? [])
      .filter((one) => group.test(one.label ?? ''))
      .some(({ submenu }) => Array.isArray(submenu) && submenu.some((one) => one.label === label));
  }

  labels(): readonly string[] {
    return (this.trays.at(-1)?.menu?.items ?? []).map(({ label }) => label ?? '-');
  }

  async close(): Promise<void> {
    for (const window of this.windows) await window.end();
  }
}

function noClick(): never {
  throw new Error('this entry does nothing');
}

class HostImage {
  readonly sizes: number[] = [];
  readonly pngs: Buffer[] = [];
  template = false;
  addRepresentation({ width, buffer }: { width: number; buffer: Buffer }): void {
    this.sizes.push(width);
    this.pngs.push(buffer);
  }
  setTemplateImage(template: boolean): void {
    this.template = template;
  }
}

class HostTray extends EventEmitter {
  image: HostImage;
  menu: HostMenu | undefined;
  tooltip = '';
  constructor(image: HostImage) {
    super();
    this.image = image;
  }
  setImage(image: HostImage): void {
    this.image = image;
  }
  setContextMenu(menu: HostMenu): void {
    this.menu = menu;
  }
  setToolTip(text: string): void {
    this.tooltip = text;
  }
  destroy(): void {
    this.menu = undefined;
  }
}

/** Holds the handlers; what Chromium asks is put to them by the tests. */
class HostSession extends EventEmitter {
  request: ((...args: unknown[]) => void) | undefined;
  check: ((...args: unknown[]) => boolean) | undefined;
  device: (() => boolean) | undefined;
  display: Handler | undefined;
  setPermissionRequestHandler(handler: (...args: unknown[]) => void): void {
    this.request = handler;
  }
  setPermissionCheckHandler(handler: (...args: unknown[]) => boolean): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.device = handler;
  }
  setDisplayMediaRequestHandler(handler: Handler): void {
    this.display = handler;
  }
  asked(permission: string, requestingUrl: string): boolean {
    let granted: unknown = 'not answered';
    this.request?.({}, permission, (answer: unknown) => (granted = answer), { requestingUrl });
    if (typeof granted !== 'boolean') throw new Error('the request was not answered');
    return granted && this.check?.({}, permission, requestingUrl) === true;
  }
}

/** The script that stands in for Electron's renderer side; the preload script gets it as its `electron`. */
const PRELUDE = `if (window === window.top) {
  const listeners = new Map();
  globalThis.__hostDeliver = (channel, args) => { for (const one of listeners.get(channel) ?? []) one({}, ...args); };
  const electron = {
    contextBridge: { exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: Object.freeze(api) }) },
    ipcRenderer: {
      invoke: (channel, ...args) => globalThis.__hostInvoke(channel, args),
      send: (channel, ...args) => { void globalThis.__hostSend(channel, args); },
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    },
  };
  ((require, module, exports) => { __PRELOAD__ })((name) => { if (name !== 'electron') throw new Error('a sandboxed preload may not require ' + name); return electron; }, {}, {});
}`;

class HostContents extends EventEmitter {
  readonly #window: HostWindow;
  openHandler: ((details: { url: string }) => { action: string }) | undefined;
  constructor(window: HostWindow) {
    super();
    this.#window = window;
  }
  get mainFrame(): object {
    return this.#window.frame(this.#window.page.mainFrame());
  }
  isDestroyed(): boolean {
    return this.#window.isDestroyed();
  }
  send(channel: string, ...args: unknown[]): void {
    this.#window.deliver(channel, args);
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
}

export class HostWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: HostContents;
  readonly #host: ElectronHost;
  readonly #opened: Promise<Page>;
  readonly #frames = new Map<Frame, { readonly url: string }>();
  readonly refused: string[] = [];
  shown = false;
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  #destroyed = false;
  /** Navigations the main process asked for are not the page's. */
  #loading = false;

  constructor(host: ElectronHost, options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    this.#host = host;
    this.webContents = new HostContents(this);
    this.#opened = this.#open();
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error('the window has no page yet');
    return this.#page;
  }

  /** As soon as there is one. */
  opened(): Promise<Page> {
    return this.#opened;
  }

  frame(frame: Frame): object {
    const known = this.#frames.get(frame);
    if (known !== undefined) return known;
    const made = {
      get url(): string {
        return frame.url().replace(SHOWN, REAL);
      },
    };
    this.#frames.set(frame, made);
    return made;
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.#opened;
    this.#loading = true;
    try {
      await page.goto(url.replace(REAL, SHOWN));
    } finally {
      this.#loading = false;
    }
    if (!this.shown) this.emit('ready-to-show');
  }

  deliver(channel: string, args: readonly unknown[]): void {
    this.#page
      ?.evaluate(
        ([name, values]) => {
          void Reflect.apply(Reflect.get(globalThis, '__hostDeliver') as Handler, undefined, [
            name,
            values,
          ] as never);
        },
        [channel, args] as const,
      )
      .catch(() => undefined); // the page is on its way out
  }

  /** As a person who closes it. */
  async end(): Promise<void> {
    if (this.#destroyed) return;
    this.#destroyed = true;
    await this.#opened;
    await this.#context?.close();
    this.webContents.emit('destroyed');
    this.emit('closed');
  }

  isDestroyed = (): boolean => this.#destroyed;
  isMinimized = (): boolean => false;
  restore = (): void => undefined;
  focus = (): void => undefined;
  show = (): void => {
    this.shown = true;
  };

  async #open(): Promise<Page> {
    const context = await this.#host.browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
    });
    this.#context = context;
    const preload = this.options.webPreferences?.preload;
    if (preload === undefined) throw new Error('a window without a preload script');
    await context.exposeBinding('__hostInvoke', async ({ frame }, channel: string, args: unknown[]) => {
      const handler = this.#host.handlers.get(channel);
      if (handler === undefined) throw new Error(`nobody handles ${channel}`);
      return Reflect.apply(handler, undefined, [this.#event(frame), ...args]) as Promise<unknown>;
    });
    await context.exposeBinding('__hostSend', ({ frame }, channel: string, args: unknown[]) => {
      this.#host.ipc.emit(channel, this.#event(frame), ...args);
    });
    await context.addInitScript({
      content: PRELUDE.replace('__PRELOAD__', () => readFileSync(preload, 'utf8')),
    });
    await context.route('**/*', (route) => this.#answer(route));
    const page = await context.newPage();
    this.#page = page;
    page.on('popup', (popup) => {
      const url = popup.url().replace(SHOWN, REAL);
      const { action } = this.webContents.openHandler?.({ url }) ?? { action: 'allow' };
      if (action !== 'deny') return;
      this.refused.push(`open ${url}`);
      void popup.close();
    });
    return page;
  }

  #event(frame: Frame): object {
    return { sender: this.webContents, senderFrame: this.frame(frame) };
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = request.url().replace(SHOWN, REAL);
    if (request.isNavigationRequest() && !this.#loading && isOf(request, this.#page)) {
      const event = new HostEvent(url);
      const isMain = request.frame().parentFrame() === null;
      if (isMain) this.webContents.emit('will-navigate', event);
      this.webContents.emit('will-frame-navigate', event);
      if (event.prevented) {
        this.refused.push(`navigate ${url}`);
        // As Electron does: the page stays, no page of errors comes.
        await route.abort('aborted');
        return;
      }
    }
    if (!url.startsWith(`${REAL}/`)) {
      // A popup that is about to be refused asks too; Electron does not even let it begin.
      if (isOf(request, this.#page)) this.#host.leaks.push(url);
      await route.abort();
      return;
    }
    const answer = await this.#host.scheme?.(new Request(url, { method: request.method() }));
    if (answer === undefined) throw new Error('no scheme is served');
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    });
  }
}

class HostEvent {
  readonly url: string;
  prevented = false;
  constructor(url: string) {
    this.url = url;
  }
  preventDefault(): void {
    this.prevented = true;
  }
}

/** The first request of a window that just opens has no frame yet. */
function isOf(request: PageRequest, page: Page | undefined): boolean {
  try {
    return request.frame().page() === page;
  } catch {
    return false;
  }
}
