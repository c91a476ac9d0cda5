import type { Setting } from '../../collector/contract/setting.ts';
import { humanize } from './names.ts';

/** `reporting.maxQueueBytes` → group `Reporting`, name `Max queue bytes`. */
export function settingName(key: string): { readonly group: string; readonly name: string } {
  const [group = key, ...rest] = key.split('.');
  const name = rest
    .join(' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return { group: humanize(group), name: humanize(name === '' ? group : name) };
}

/** A value on one line: `90`, `off`, `none`. */
export function settingText(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none';
  if (value === true) return 'on';
  if (value === false) return 'off';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const text = JSON.stringify(value);
  return text === '{}' || text === '[]' ? 'none' : text;
}

/**
 * What a person typed, as the value of a setting.
 * @returns a problem in words when it is not one
 */
export function parseSetting(
  setting: Pick<Setting, 'type' | 'min' | 'max'>,
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  const trimmed = text.trim();
  switch (setting.type) {
    case 'boolean':
      return { ok: true, value: trimmed === 'true' };
    case 'integer': {
      const value = Number(trimmed);
      if (trimmed === '' || !Number.isSafeInteger(value))
        return { ok: false, problem: 'A whole number is needed.' };
      if (setting.min !== undefined && value < setting.min)
        return { ok: false, problem: `The least is ${setting.min}.` };
      if (setting.max !== undefined && value > setting.max)
        return { ok: false, problem: `The most is ${setting.max}.` };
      return { ok: true, value };
    }
    case 'text':
    case 'choice':
      return { ok: true, value: trimmed === '' ? null : trimmed };
    case 'list':
      return {
        ok: true,
        value:
          trimmed === ''
            ? []
            : trimmed
                .split('\n')
                .map((line) => line.trim())
                .filter((line) => line !== ''),
      };
    case 'table':
      return parseTable(trimmed);
  }
}

/** One `name: value` a line. */
function parseTable(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  const entries: [string, string][] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const at = line.indexOf(':');
    if (at < 1) return { ok: false, problem: `“${line.trim()}” is not “name: value”.` };
    entries.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
  }
  return { ok: true, value: Object.fromEntries(entries) };
}

/** How a value stands in its field, to be changed there. */
export function editText(setting: Pick<Setting, 'type'>, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (setting.type === 'list' && Array.isArray(value)) return value.map(String).join('\n');
  if (setting.type === 'table' && typeof value === 'object')
    return Object.entries(value)
      .map(([name, item]) => `${name}: ${String(item)}`)
      .join('\n');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}
