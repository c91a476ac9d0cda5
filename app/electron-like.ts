import type * as Electron from 'electron';

/**
 * The parts of Electron this app uses, and no others. The one module that imports Electron at run time is `entry.ts`;
 * everything else gets them by parameter, so that the same code runs in a test without the binary.
 */
export interface ElectronLike {
  readonly app: Pick<
    Electron.App,
    | 'enableSandbox'
    | 'exit'
    | 'getLoginItemSettings'
    | 'on'
    | 'quit'
    | 'requestSingleInstanceLock'
    | 'setAppUserModelId'
    | 'setAsDefaultProtocolClient'
    | 'setLoginItemSettings'
    | 'whenReady'
  >;
  readonly BrowserWindow: new (options: Electron.BrowserWindowConstructorOptions) => WindowLike;
  readonly Menu: {
    buildFromTemplate(template: Electron.MenuItemConstructorOptions[]): Electron.Menu;
    setApplicationMenu(menu: Electron.Menu | null): void;
  };
  readonly Notification: {
    new (
      options: Electron.NotificationConstructorOptions,
    ): Pick<Electron.Notification, 'close' | 'on' | 'show'>;
    isSupported(): boolean;
  };
  readonly Tray: new (image: Electron.NativeImage) => TrayLike;
  readonly dialog: Pick<Electron.Dialog, 'showMessageBox'>;
  readonly ipcMain: Pick<Electron.IpcMain, 'handle' | 'on'>;
  readonly nativeImage: Pick<typeof Electron.nativeImage, 'createEmpty'>;
  readonly nativeTheme: Pick<Electron.NativeTheme, 'on' | 'shouldUseDarkColors'>;
  readonly protocol: Pick<Electron.Protocol, 'handle' | 'registerSchemesAsPrivileged'>;
  readonly session: { readonly defaultSession: SessionLike };
}

export type WindowLike = Pick<
  Electron.BrowserWindow,
  'focus' | 'isDestroyed' | 'isMinimized' | 'loadURL' | 'on' | 'restore' | 'show'
> & { readonly webContents: ContentsLike };

export type ContentsLike = Pick<
  Electron.WebContents,
  'isDestroyed' | 'mainFrame' | 'on' | 'send' | 'setWindowOpenHandler'
>;

export type TrayLike = Pick<Electron.Tray, 'destroy' | 'on' | 'setContextMenu' | 'setImage' | 'setToolTip'>;

export type SessionLike = Pick<
  Electron.Session,
  | 'on'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setPermissionRequestHandler'
>;

/** What a handler is told about who sent a message. */
export interface SenderLike {
  readonly sender: ContentsLike;
  readonly senderFrame: Electron.WebFrameMain | null;
}
