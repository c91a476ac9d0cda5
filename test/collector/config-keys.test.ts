import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unknownSettings, unknownSettingText } from '../../collector/config-keys.ts';
import { loadConfig } from '../../collector/config.ts';
import { DEFAULT_CONFIG } from '../../collector/contract/config.ts';
import { tempDir } from '../support/temp.ts';

function fileWith(text: string): string {
  const path = join(tempDir(), 'config.json');
  writeFileSync(path, text);
  return path;
}

const found = (text: string): (readonly [key: string, nearest: string | undefined])[] =>
  unknownSettings([fileWith(text)]).map(({ key, nearest }) => [key, nearest] as const);

describe('unknownSettings', () => {
  it('says nothing about the settings there are, whatever headers are called', () => {
    expect(found(JSON.stringify({ $schema: 'x', ...DEFAULT_CONFIG }))).toEqual([]);
    expect(found('{ "reporting": { "headers": { "X-Anything": "1" } } }')).toEqual([]);
  });

  it('names file, line and key, and the setting that was probably meant', () => {
    const path = fileWith('{\n  // a comment\n  "reporting": {\n    "mdoe": "full",\n  },\n}');
    const [setting] = unknownSettings([path]);
    expect(setting).toEqual({ file: path, line: 4, key: 'reporting.mdoe', nearest: 'reporting.mode' });
    expect(unknownSettingText(setting!)).toBe(
      `${path}:4: reporting.mdoe is not a setting and has no effect; did you mean reporting.mode?`,
    );
  });

  it.each([
    ['{ "reprting": { "mode": "full" } }', 'reprting', 'reporting'],
    ['{ "endpoint": "https://otlp.example.com" }', 'endpoint', 'reporting.endpoint'],
    ['{ "retention": { "max_store_bytes": 1 } }', 'retention.max_store_bytes', 'retention.maxStoreBytes'],
    ['{ "retention": { "Days": 1 } }', 'retention.Days', 'retention.days'],
    ['{ "colour": "blue" }', 'colour', undefined],
    ['{ "__proto__": { "x": 1 }, "constructor": 1 }', '__proto__', undefined],
  ])('%s', (text, key, nearest) => {
    expect(found(text)[0]).toEqual([key, nearest]);
  });

  it('tells of several files, the strongest first, and loses nothing that is right', () => {
    const policy = fileWith('{ "reporting": { "mode": "minimal", "hedaers": {} } }');
    const user = fileWith('{ "retentoin": {}, "retention": { "days": 3 } }');
    expect(unknownSettings([policy, user, '/none']).map(({ file }) => file)).toEqual([policy, user]);
    expect(loadConfig(policy, user)).toMatchObject({
      reporting: { mode: 'minimal' },
      retention: { days: 3 },
    });
  });

  it('stays small and printable on hostile files', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`key${n}`, 1]));
    expect(found(JSON.stringify(many))).toHaveLength(20);
    const [[key] = ['']] = found(JSON.stringify({ [`\u001b[2J${'x'.repeat(100_000)}`]: 1 }));
    expect(key.length).toBeLessThan(100);
    expect(key).not.toContain('\u001b');
    expect(found('['.repeat(400_000))).toEqual([]);
    expect(unknownSettings(['/dev/null', tempDir()])).toEqual([]);
  });

  it('survives any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        for (const setting of unknownSettings([fileWith(text)])) unknownSettingText(setting);
      }),
      { numRuns: 50 },
    );
  });
});
