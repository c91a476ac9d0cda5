import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ElectronLike } from '../../app/electron-like.ts';
import { createLoginItem, desktopEntry } from '../../app/login-item.ts';

let configHome: string;
const calls: unknown[] = [];
const app = {
  getLoginItemSettings: () => ({ openAtLogin: calls.length > 0 }),
  setLoginItemSettings: (settings: unknown) => calls.push(settings),
} as unknown as ElectronLike['app'];

beforeEach(() => {
  configHome = mkdtempSync(join(tmpdir(), 'reeve-login-'));
});
afterEach(() => {
  rmSync(configHome, { recursive: true, force: true });
});

describe('createLoginItem', () => {
  it('keeps an autostart entry on Linux', () => {
    const item = createLoginItem(app, { platform: 'linux', program: '/opt/Reeve/reeve', configHome });
    const file = join(configHome, 'autostart/reeve.desktop');
    expect(item.isOn()).toBe(false);
    item.set(true);
    expect(item.isOn()).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/Reeve/reeve" --hidden\n');
    writeFileSync(file, readFileSync(file, 'utf8') + 'Hidden=true\n');
    expect(item.isOn()).toBe(false);
    item.set(false);
    item.set(false);
    expect(item.isOn()).toBe(false);
  });

  it('leaves it to the system elsewhere', () => {
    const item = createLoginItem(app, { platform: 'darwin', program: '/x', configHome });
    item.set(true);
    expect(calls).toEqual([{ openAtLogin: true, args: ['--hidden'] }]);
    expect(item.isOn()).toBe(true);
  });
});

describe('desktopEntry', () => {
  it('quotes what a path may hold, and refuses a line break', () => {
    expect(desktopEntry('/opt/a "b" $c 100%')).toContain('Exec="/opt/a \\\\"b\\\\" \\\\$c 100%%" --hidden');
    expect(() => desktopEntry('/opt/a\nExec=rm')).toThrow('line break');
  });
});
