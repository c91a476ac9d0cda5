import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ElectronLike } from './electron-like.ts';

/** Given to the app at login: the tray comes up, no window does. */
export const HIDDEN_FLAG = '--hidden';

export interface LoginItem {
  isOn(): boolean;
  /** @throws when the system or the disk refuses */
  set(on: boolean): void;
}

export interface LoginFacts {
  readonly platform: NodeJS.Platform;
  /** The program as it is started: an AppImage is mounted elsewhere at each start, its file stays. */
  readonly program: string;
  /** Linux only: `~/.config`. */
  readonly configHome: string;
}

/** Start with the session of this user. The system keeps it; Linux desktops as an autostart entry of XDG. */
export function createLoginItem(app: ElectronLike['app'], facts: LoginFacts): LoginItem {
  if (facts.platform === 'linux') return new AutostartEntry(facts);
  return {
    isOn: () => app.getLoginItemSettings({ args: [HIDDEN_FLAG] }).openAtLogin,
    set: (on) => {
      app.setLoginItemSettings({ openAtLogin: on, args: [HIDDEN_FLAG] });
    },
  };
}

class AutostartEntry implements LoginItem {
  readonly #file: string;
  readonly #program: string;

  constructor({ configHome, program }: LoginFacts) {
    this.#file = join(configHome, 'autostart', 'reeve.desktop');
    this.#program = program;
  }

  isOn(): boolean {
    try {
      // A person who switched it off in the desktop's own settings has this line; the file stays.
      return !/^(?:Hidden=true|X-GNOME-Autostart-enabled=false)$/m.test(readFileSync(this.#file, 'utf8'));
    } catch {
      return false; // no entry
    }
  }

  set(on: boolean): void {
    if (!on) {
      rmSync(this.#file, { force: true });
      return;
    }
    mkdirSync(dirname(this.#file), { recursive: true });
    const fresh = `${this.#file}.${process.pid}`;
    writeFileSync(fresh, desktopEntry(this.#program), { mode: 0o644 });
    renameSync(fresh, this.#file);
  }
}

/** Desktop Entry Specification 1.5, "The Exec key": quoted, with its own escapes, and `%` doubled. */
export function desktopEntry(program: string): string {
  if (/[\n\r\0]/.test(program)) throw new Error('the path of the program holds a line break');
  const quoted = program
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Reeve',
    `Exec="${quoted}" ${HIDDEN_FLAG}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}
