import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../collector/config.ts';
import { DEFAULT_CONFIG } from '../../collector/contract/config.ts';
import { SettingsView } from '../../collector/contract/setting.ts';
import { changeSetting, readSettings, type SettingsPlace } from '../../collector/settings.ts';
import { tempDir } from '../support/temp.ts';

function placeWith(user?: string, policy?: string): SettingsPlace {
  const dir = tempDir();
  const place = {
    policyFile: join(dir, 'etc', 'policy.json'),
    userFile: join(dir, 'config', 'config.json'),
    running: DEFAULT_CONFIG,
  };
  for (const [path, text] of [
    [place.userFile, user],
    [place.policyFile, policy],
  ] as const) {
    if (text === undefined) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return place;
}
const get = (place: SettingsPlace, key: string): SettingsView['settings'][number] =>
  readSettings(place).settings.find((one) => one.key === key)!;

describe('readSettings', () => {
  it('lists every setting of the schema with its kind, and says who set it', () => {
    const place = placeWith('{"retention":{"days":30}}', '{"reporting":{"mode":"minimal"}}');
    const view = SettingsView.parse(readSettings(place));
    expect(get(place, 'retention.days')).toMatchObject({
      value: 30,
      defaultValue: 90,
      source: 'user',
      locked: false,
      type: 'integer',
      min: 1,
      setBy: place.userFile,
      pending: true,
    });
    expect(get(place, 'reporting.mode')).toMatchObject({
      value: 'minimal',
      source: 'managed',
      locked: true,
      setBy: place.policyFile,
      type: 'choice',
      choices: ['off', 'minimal', 'metadata', 'full'],
    });
    expect(get(place, 'processes.events')).toMatchObject({
      source: 'default',
      type: 'boolean',
      pending: false,
    });
    expect(view.managedFile).toBe(place.policyFile);
    expect(view.settings.every(({ description }) => description !== '')).toBe(true);
  });

  it('shows of headers only that they are there', () => {
    const secret = ['Bearer ', 'x'.repeat(20)].join('');
    const place = placeWith(JSON.stringify({ reporting: { headers: { Authorization: secret } } }));
    const text = JSON.stringify(readSettings(place));
    expect(text).not.toContain(secret);
    expect(get(place, 'reporting.headers')).toMatchObject({
      value: { Authorization: '[redacted]' },
      secret: true,
    });
  });

  it.each(['{', '[]', '{"retention":{"days":"many"}}'])(
    'tells what is wrong with %s, and shows what runs',
    (text) => {
      const view = readSettings(placeWith(text));
      expect(view.problem).toContain('config.json');
      expect(view.settings.find(({ key }) => key === 'retention.days')?.value).toBe(90);
    },
  );
});

describe('changeSetting', () => {
  const TEXT = `{
  // how long we keep things
  "retention": {
    "days": 30, // a month
  },
}
`;

  it('changes one value and leaves comments and everything else as they are', () => {
    const place = placeWith(TEXT);
    expect(changeSetting(place, 'retention.days', 45)).toMatchObject({
      status: 'done',
      setting: { value: 45, source: 'user' },
    });
    expect(readFileSync(place.userFile, 'utf8')).toBe(TEXT.replace('30', '45'));
    expect(changeSetting(place, 'processes.events', false).status).toBe('done');
    expect(readFileSync(place.userFile, 'utf8')).toContain('// a month');
    expect(loadConfig(place.policyFile, place.userFile)).toMatchObject({
      retention: { days: 45 },
      processes: { events: false },
    });
  });

  it('makes the file when there is none, for the owner only, and leaves nothing beside it', () => {
    const place = placeWith();
    const result = changeSetting(place, 'reporting.mode', 'off');
    expect(result).toMatchObject({ status: 'done', setting: { pending: true } });
    expect(result.detail).toContain('when the collector starts again');
    expect(readdirSync(dirname(place.userFile))).toEqual(['config.json']);
    if (process.platform !== 'win32') expect(statSync(place.userFile).mode & 0o777).toBe(0o600);
  });

  it('has what is changed taken up at once, where that can be', () => {
    const before = placeWith();
    const place: SettingsPlace = { ...before, apply: () => void (running = { ...running, retention: LONG }) };
    const LONG = { days: 45, maxStoreBytes: 2_000_000_000 };
    let running = DEFAULT_CONFIG;
    Object.defineProperty(place, 'running', { get: () => running });
    const result = changeSetting(place, 'retention.days', 45);
    expect(result).toMatchObject({ detail: 'retention.days is changed.', setting: { pending: false } });
    expect(changeSetting(place, 'reporting.mode', 'off').setting?.pending).toBe(true);
  });

  it('gives the default back for null', () => {
    const place = placeWith(TEXT);
    expect(changeSetting(place, 'retention.days', null)).toMatchObject({
      status: 'done',
      setting: { value: 90, source: 'default' },
    });
    expect(readFileSync(place.userFile, 'utf8')).toContain('// how long we keep things');
  });

  it.each([
    ['retention.days', 0],
    ['retention.days', 'x'],
    ['retention.days', 1.5],
    ['reporting.mode', 'everything'],
    ['reporting.endpoint', 'ftp://example.com'],
    ['processes.events', 'yes'],
    ['retention', { days: 1 }],
    ['none', 1],
    ['__proto__', 1],
    ['constructor.name', 'x'],
  ])('refuses %s = %j and writes nothing', (key, value) => {
    const place = placeWith(TEXT);
    expect(changeSetting(place, key, value).status).toBe('refused');
    expect(readFileSync(place.userFile, 'utf8')).toBe(TEXT);
  });

  it('refuses what the organisation has set, and secrets', () => {
    const place = placeWith(TEXT, '{"retention":{"days":365}}');
    expect(changeSetting(place, 'retention.days', 5).detail).toContain('organisation');
    expect(changeSetting(place, 'reporting.headers', { a: 'b' }).status).toBe('refused');
    expect(readFileSync(place.userFile, 'utf8')).toBe(TEXT);
  });

  it('touches no damaged file', () => {
    const place = placeWith('{ "retention": ');
    expect(changeSetting(place, 'retention.days', 5)).toMatchObject({
      status: 'refused',
      detail: expect.stringContaining('Repair') as string,
    });
    expect(readFileSync(place.userFile, 'utf8')).toBe('{ "retention": ');
  });

  it('follows a link to where the settings really are', () => {
    const place = placeWith();
    const real = join(tempDir(), 'dotfiles.json');
    writeFileSync(real, TEXT);
    mkdirSync(dirname(place.userFile), { recursive: true });
    symlinkSync(real, place.userFile);
    expect(changeSetting(place, 'retention.days', 7).status).toBe('done');
    expect(lstatSync(place.userFile).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe(TEXT.replace('30', '7'));
  });
});
