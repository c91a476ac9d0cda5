import type { BrowserWindowConstructorOptions } from 'electron';
import type { ContentsLike, ElectronLike, SessionLike, WindowLike } from './electron-like.ts';
import { isOwnUrl, SCHEME, START_URL } from './origin.ts';
import { serveWindow } from './serve-window.ts';

/** Before Electron is ready: the scheme works as https does, with storage, and without going around the CSP. */
export function declareScheme({ protocol }: Pick<ElectronLike, 'protocol'>): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: {
        standard: true,
        secure: true,
        supportFetchAPI: true,
        stream: false,
        bypassCSP: false,
        // Code that was compiled once is kept: half of what the page does before it shows something.
        codeCache: true,
      },
    },
  ]);
}

/** @param root folder of the built window */
export function serveScheme({ protocol }: Pick<ElectronLike, 'protocol'>, root: string): void {
  protocol.handle(SCHEME, (request) => serveWindow(root, request));
}

/** Of everything a page may ask of a browser, ours asks for one thing: to put text on the clipboard. */
const PERMITTED = 'clipboard-sanitized-write';

/** @param permission as Electron names it @param url of the page that asks */
export function isPermitted(permission: string, url: string): boolean {
  return permission === PERMITTED && isOwnUrl(url);
}

/** Permissions, devices, screens and downloads. Electron grants the first of them to everybody unless told. */
export function guardSession(session: SessionLike): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) => {
    answer(isPermitted(permission, requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, origin) => isPermitted(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => {
    answer({});
  });
  // Exports are made in the page and saved by the person; nothing else is ever fetched.
  session.on('will-download', (event, item) => {
    if (!isOwnDownload(item.getURL())) event.preventDefault();
  });
}

/** `blob:app://reeve/…`: made by our own page. */
export function isOwnDownload(url: string): boolean {
  return url.startsWith('blob:') && isOwnUrl(url.slice('blob:'.length));
}

/** For every page there ever is, also one nobody meant to make: it stays where it is and opens nothing. */
export function guardContents(contents: ContentsLike): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!isOwnUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
}

/** @param preload absolute path of the built preload script */
export function windowOptions(preload: string, dark: boolean): BrowserWindowConstructorOptions {
  return {
    title: 'Reeve',
    width: 1_280,
    height: 800,
    minWidth: 360,
    minHeight: 480,
    show: false,
    // Before the first paint, so that a dark desktop does not flash white.
    backgroundColor: dark ? '#16181d' : '#ffffff',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  };
}

/**
 * The one window. Closing it ends its page, which then costs nothing; the tray, notifications and the next `show` bring
 * it back.
 */
export class MainWindow {
  readonly #electron: Pick<ElectronLike, 'BrowserWindow' | 'nativeTheme'>;
  readonly #preload: string;
  #window: WindowLike | undefined;

  constructor(electron: Pick<ElectronLike, 'BrowserWindow' | 'nativeTheme'>, preload: string) {
    this.#electron = electron;
    this.#preload = preload;
  }

  get isOpen(): boolean {
    return this.#window?.isDestroyed() === false;
  }

  /** @param place in the window, `#/findings/ID`; where it is when not told */
  async show(place?: string): Promise<void> {
    const open = this.#window;
    if (open === undefined || open.isDestroyed()) {
      await this.#create(place ?? '');
      return;
    }
    if (open.isMinimized()) open.restore();
    open.show();
    open.focus();
    if (place !== undefined) await open.loadURL(START_URL + place);
  }

  /** Is this the page of our window, and not one that took its place? */
  owns(contents: ContentsLike): boolean {
    return this.isOpen && this.#window?.webContents === contents;
  }

  async #create(place: string): Promise<void> {
    const { BrowserWindow, nativeTheme } = this.#electron;
    const window = new BrowserWindow(windowOptions(this.#preload, nativeTheme.shouldUseDarkColors));
    this.#window = window;
    window.on('ready-to-show', () => {
      window.show();
    });
    window.on('closed', () => {
      if (this.#window === window) this.#window = undefined;
    });
    await window.loadURL(START_URL + place);
  }
}
