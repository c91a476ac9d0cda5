import type { MenuItemConstructorOptions, NativeImage } from 'electron';
import type { ElectronLike, TrayLike } from './electron-like.ts';
import {
  type Command,
  type MenuEntry,
  type MenuFacts,
  menuModel,
  menuText,
  stateLine,
  trayState,
} from './menu-model.ts';
import { type Tone, trayIconPng } from './tray-icon.ts';

type TrayElectron = Pick<ElectronLike, 'Menu' | 'Tray' | 'nativeImage' | 'nativeTheme'>;

export interface MenuOptions {
  readonly electron: TrayElectron;
  readonly platform: NodeJS.Platform;
  readonly perform: (command: Command) => void;
}

/**
 * The icon in the tray, and the same menu in the menu bar of the window: where a desktop has no tray, as GNOME without
 * an extension, nothing is out of reach.
 */
export class AppMenus {
  readonly #options: MenuOptions;
  #tray: TrayLike | undefined;
  #facts: MenuFacts;
  #shown = '';

  constructor(options: MenuOptions, facts: MenuFacts) {
    this.#options = options;
    this.#facts = facts;
    options.electron.nativeTheme.on('updated', () => {
      this.#tray?.setImage(this.#image());
    });
  }

  /** @returns `false` when the system refuses an icon; that it accepts one does not mean that it shows it */
  openTray(): boolean {
    try {
      const tray = new this.#options.electron.Tray(this.#image());
      this.#tray = tray;
      // Elsewhere a click opens the menu; on Linux whether it comes at all is for the desktop to say.
      if (this.#options.platform !== 'darwin')
        tray.on('click', () => {
          this.#options.perform({ kind: 'open', place: '#/' });
        });
    } catch {
      return false; // no tray here
    }
    this.#shown = '';
    this.show(this.#facts);
    return true;
  }

  show(facts: MenuFacts): void {
    const before = trayState(this.#facts);
    this.#facts = facts;
    const model = menuModel(facts);
    const shown = JSON.stringify(model);
    // Setting a menu closes an open one on some desktops: only when it reads differently.
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { Menu } = this.#options.electron;
    const template = model.map((entry) => this.#item(entry));
    Menu.setApplicationMenu(
      Menu.buildFromTemplate([
        { label: 'Reeve', submenu: template },
        { role: 'editMenu' },
        { label: 'View', submenu: VIEW },
        { role: 'windowMenu' },
      ]),
    );
    if (this.#tray === undefined) return;
    if (trayState(facts) !== before) this.#tray.setImage(this.#image());
    this.#tray.setToolTip(menuText(`Reeve: ${stateLine(facts)}`, 120));
    // A changed menu is not seen on Linux before it is set again.
    this.#tray.setContextMenu(Menu.buildFromTemplate(template));
  }

  close(): void {
    this.#tray?.destroy();
    this.#tray = undefined;
  }

  #item(entry: MenuEntry): MenuItemConstructorOptions {
    switch (entry.kind) {
      case 'separator':
        return { type: 'separator' };
      case 'text':
        return { label: escaped(entry.label), enabled: false };
      case 'group':
        return { label: escaped(entry.label), submenu: entry.entries.map((inner) => this.#item(inner)) };
      case 'command':
        return {
          label: escaped(entry.label),
          ...(entry.checked !== undefined && { type: 'checkbox', checked: entry.checked }),
          click: () => {
            this.#options.perform(entry.command);
          },
        };
    }
  }

  #image(): NativeImage {
    const { nativeImage, nativeTheme } = this.#options.electron;
    const template = this.#options.platform === 'darwin';
    const tone: Tone = template ? 'template' : nativeTheme.shouldUseDarkColors ? 'dark' : 'light';
    const image = nativeImage.createEmpty();
    for (const scaleFactor of [1, 2, 3]) {
      const size = 16 * scaleFactor;
      const buffer = trayIconPng(trayState(this.#facts), tone, size);
      image.addRepresentation({ scaleFactor, width: size, height: size, buffer });
    }
    if (template) image.setTemplateImage(true);
    return image;
  }
}

/** No reload and no developer tools: the page has nothing to debug for the person at it. */
const VIEW: MenuItemConstructorOptions[] = [
  { role: 'resetZoom' },
  { role: 'zoomIn' },
  { role: 'zoomOut' },
  { type: 'separator' },
  { role: 'togglefullscreen' },
];

/** One `&` would mark the key of the entry. */
function escaped(label: string): string {
  return label.replaceAll('&', '&&');
}
