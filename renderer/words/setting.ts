import type { Setting } from '../../collector/contract/setting.ts';
import { humanize } from './names.ts';
import { parseQuantity, type Quantity, type QuantityResult, quantityText } from './quantity.ts';

export interface SettingName {
  readonly group: string;
  readonly name: string;
  /** What its number counts: shown and typed with a unit. */
  readonly quantity?: Quantity;
  /** What stands behind a number that has no unit. */
  readonly unit?: string;
  /** What it does, where the description of the file of settings is not for everybody. */
  readonly words?: string;
  /** Needed by few: below the others, one step away. */
  readonly rare?: true;
}

const SENT = 'What is sent';
const KEPT = 'What is kept here';
const SEEN = 'What Reeve looks at';
const ALLOWED = 'Which agents may be used';

/** In the order of the page. Keys that are not here get a name made from the key. */
const NAMES: Readonly<Record<string, SettingName>> = {
  'reporting.mode': {
    group: SENT,
    name: 'How much is sent',
    words: 'Nothing is sent while no address is set below. What each mode would send stands in What we send.',
  },
  'reporting.endpoint': {
    group: SENT,
    name: 'Where it goes',
    words: 'Address of your company’s receiver (OTLP over HTTP). Empty: Reeve opens no connection at all.',
  },
  'reporting.headers': { group: SENT, name: 'Request headers', rare: true },
  'reporting.caFile': { group: SENT, name: 'Certificate authority', rare: true },
  'reporting.clientCertFile': { group: SENT, name: 'Client certificate', rare: true },
  'reporting.clientKeyFile': { group: SENT, name: 'Client key', rare: true },
  'reporting.maxQueueBytes': {
    group: SENT,
    name: 'Most that waits to be sent',
    quantity: 'bytes',
    rare: true,
  },
  'reporting.maxQueueAgeDays': { group: SENT, name: 'Longest wait', quantity: 'days', rare: true },
  'retention.days': {
    group: KEPT,
    name: 'Keep events for',
    quantity: 'days',
    words:
      'Older events are removed, and so are the copies kept of files that Reeve changed because you asked. Findings and the activity stay.',
  },
  'retention.maxStoreBytes': {
    group: KEPT,
    name: 'Most room on disk',
    quantity: 'bytes',
    words: 'The oldest events are removed when Reeve needs more.',
  },
  'scan.elsewhere': {
    group: SEEN,
    name: 'Containers and other accounts',
    words:
      'Look at what agents are set up in running containers and WSL too, and in other homes when Reeve runs as administrator.',
  },
  'processes.events': {
    group: SEEN,
    name: 'Very short programs',
    words:
      'Let the system tell of each program that starts while an agent runs, so that none is too short to be seen.',
  },
  'credentials.allowChecks': {
    group: SEEN,
    name: 'Checks of credentials',
    words:
      'Allow the button that asks a provider whose a credential is. Reeve never does that by itself; each time is asked and written down.',
  },
  'scan.maxProjects': { group: SEEN, name: 'Most projects looked at', unit: 'folders', rare: true },
  'processes.patienceMs': { group: SEEN, name: 'Wait for a log line', quantity: 'ms', rare: true },
  'advisories.publicKey': { group: SEEN, name: 'Key of advisory packs', rare: true },
  'agents.sanctioned': {
    group: ALLOWED,
    name: 'Only these',
    words: 'Ids such as claude-code. When there are any, every other agent is a finding.',
  },
  'agents.unsanctioned': {
    group: ALLOWED,
    name: 'Not these',
    words: 'Ids of agents that must not be used here.',
  },
};

/** Place on the page: known settings in the order of the list, then the others. */
export function settingPlace(key: string): number {
  const place = Object.keys(NAMES).indexOf(key);
  return place < 0 ? Infinity : place;
}

/** `retention.days` → `Keep events for`; of a key without words of its own, `foo.barBaz` → group `Foo`, name `Bar baz`. */
export function settingName(key: string): SettingName {
  const known = NAMES[key];
  if (known !== undefined) return known;
  const [group = key, ...rest] = key.split('.');
  const name = rest
    .join(' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return { group: humanize(group), name: humanize(name === '' ? group : name) };
}

/** A value on one line: `90 days`, `2 GB`, `off`, `none`. */
export function settingText(value: unknown, quantity?: Quantity): string {
  if (quantity !== undefined && typeof value === 'number') return quantityText(value, quantity);
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
  quantity?: Quantity,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  const trimmed = text.trim();
  switch (setting.type) {
    case 'boolean':
      return { ok: true, value: trimmed === 'true' };
    case 'integer': {
      const parsed = quantity === undefined ? wholeNumber(trimmed) : parseQuantity(trimmed, quantity);
      if (!parsed.ok) return parsed;
      const { value } = parsed;
      const { min, max } = setting;
      // `10` may have been meant as seconds: it is said what it was taken for.
      const taken =
        quantity !== undefined && /^\d+$/.test(trimmed) ? `That is ${quantityText(value, quantity)}. ` : '';
      if (min !== undefined && value < min)
        return { ok: false, problem: `${taken}The least is ${settingText(min, quantity)}.` };
      if (max !== undefined && value > max)
        return { ok: false, problem: `${taken}The most is ${settingText(max, quantity)}.` };
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

function wholeNumber(text: string): QuantityResult {
  const value = Number(text);
  return text === '' || !Number.isSafeInteger(value)
    ? { ok: false, problem: 'A whole number is needed.' }
    : { ok: true, value };
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
export function editText(setting: Pick<Setting, 'type'>, value: unknown, quantity?: Quantity): string {
  if (quantity !== undefined && typeof value === 'number') return quantityText(value, quantity);
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
