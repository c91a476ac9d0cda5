import { describe, expect, it } from 'vitest';
import type { ElectronLike } from '../../app/electron-like.ts';
import { AppMenus, type MenuOptions } from '../../app/tray.ts';
import type { MenuFacts } from '../../app/menu-model.ts';
import { facts } from '../support/app-facts.ts';

interface Shown {
  readonly label?: string;
  readonly submenu?: readonly Shown[];
  readonly click?: () => void;
}

/** A desktop that shows icons in a tray, takes them without showing them, or has none. */
function desktop(tray: 'shows' | 'refuses'): {
  menus: (start: MenuFacts) => AppMenus;
  bar: () => readonly Shown[];
  trays: { menu: readonly Shown[] | undefined; destroyed: boolean }[];
  performed: unknown[];
} {
  const trays: { menu: readonly Shown[] | undefined; destroyed: boolean }[] = [];
  const performed: unknown[] = [];
  let bar: readonly Shown[] = [];
  const image = { addRepresentation: () => undefined, setTemplateImage: () => undefined };
  const electron = {
    Menu: {
      buildFromTemplate: (template: readonly Shown[]) => template,
      setApplicationMenu: (menu: readonly Shown[]) => (bar = menu),
    },
    Tray: class {
      readonly #own = { menu: undefined as readonly Shown[] | undefined, destroyed: false };
      constructor() {
        if (tray === 'refuses') throw new Error('no status notifier');
        trays.push(this.#own);
      }
      on(): void {
        // Clicks are for the desktop.
      }
      setImage(): void {
        // Not looked at here.
      }
      setToolTip(): void {
        // Not looked at here.
      }
      setContextMenu(menu: readonly Shown[]): void {
        this.#own.menu = menu;
      }
      destroy(): void {
        this.#own.destroyed = true;
      }
    },
    nativeImage: { createEmpty: () => image },
    nativeTheme: { shouldUseDarkColors: false, on: () => undefined },
  } as unknown as Pick<ElectronLike, 'Menu' | 'Tray' | 'nativeImage' | 'nativeTheme'>;
  const options: MenuOptions = { electron, platform: 'linux', perform: (command) => performed.push(command) };
  return { menus: (start) => new AppMenus(options, start), bar: () => bar, trays, performed };
}

const labels = (menu: readonly Shown[] | undefined): string[] =>
  (menu ?? []).flatMap((item) => [item.label ?? '', ...labels(item.submenu)]);

describe('the menus', () => {
  it('are all in the window when the desktop has no tray, and work', () => {
    const { menus, bar, performed } = desktop('refuses');
    const menu = menus(facts());
    expect(menu.openTray()).toBe(false);
    menu.show(facts());
    const own = bar()[0]?.submenu;
    const quit = own?.find(({ label }) => label?.startsWith('Quit') === true);
    quit?.click?.();
    expect(performed).toEqual([{ kind: 'quit' }]);
    menu.close();
  });

  it('are the same in the tray and in the window', () => {
    const { menus, bar, trays } = desktop('shows');
    const menu = menus(facts());
    expect(menu.openTray()).toBe(true);
    expect(labels(trays[0]?.menu)).toEqual(labels(bar()[0]?.submenu));
    menu.close();
    expect(trays[0]?.destroyed).toBe(true);
    // The app ends: what comes after that changes no icon that is gone.
    menu.show(facts());
  });
});
