/** A source of numbers in [0, 1) that is the same for the same seed. */
export type Random = () => number;

/** Mulberry32: small, fast, good enough to choose mutations. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const HOSTILE: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  0.1,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(5_000),
  '../../etc/passwd',
  '0001-01-01T00:00:00.000Z',
  '9999-99-99T99:99:99.999Z',
  [],
  [[]],
  {},
  [null, 1, 'a', {}, []],
  { type: 'tool_use' },
  { constructor: { prototype: 1 }, hasOwnProperty: 1, toString: 1, length: -1 },
];
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'type',
  'length',
  '',
  'x'.repeat(2_000),
];

/**
 * One record, changed in one to four places: values replaced by hostile ones, members removed, renamed, added,
 * doubled or nested deeply, or its text cut and scrambled.
 * @returns the text of a line, which may no longer be JSON
 */
export function mutateLine(line: string, random: Random): string {
  let root: unknown;
  try {
    root = JSON.parse(line);
  } catch {
    return mutateText(line, random); // a fixture may hold a broken line on purpose
  }
  const times = 1 + Math.floor(random() * 4);
  for (let i = 0; i < times; i++) root = mutateValue(root, random, 0);
  const text = JSON.stringify(root);
  return random() < 0.15 ? mutateText(text, random) : text;
}

function mutateValue(value: unknown, random: Random, depth: number): unknown {
  const stop = depth > 0 && random() < 0.25;
  if (stop || typeof value !== 'object' || value === null)
    return depth === 0 ? pick(HOSTILE, random) : replaced(value, random);
  if (Array.isArray(value)) {
    const items = [...(value as unknown[])];
    const at = Math.floor(random() * (items.length + 1));
    if (at === items.length || random() < 0.1) items.splice(at, 0, pick(HOSTILE, random));
    else if (random() < 0.15) items.splice(at, 1);
    else items[at] = mutateValue(items[at], random, depth + 1);
    return items;
  }
  const entries = Object.entries(value);
  const at = Math.floor(random() * (entries.length + 1));
  const entry = entries[at];
  if (entry === undefined) entries.push([pick(KEYS, random), pick(HOSTILE, random)]);
  else if (random() < 0.1) entries.splice(at, 1);
  else if (random() < 0.1) entries[at] = [pick(KEYS, random), entry[1]];
  else if (random() < 0.1) entries.reverse();
  else entries[at] = [entry[0], mutateValue(entry[1], random, depth + 1)];
  return Object.fromEntries(entries);
}

function replaced(value: unknown, random: Random): unknown {
  const choice = random();
  if (choice < 0.6) return pick(HOSTILE, random);
  if (choice < 0.7) return nested(value, 1 + Math.floor(random() * 300));
  if (typeof value === 'string') return mutateText(value, random);
  return [value];
}

function nested(value: unknown, levels: number): unknown {
  let result = value;
  for (let i = 0; i < levels; i++) result = i % 2 === 0 ? [result] : { a: result };
  return result;
}

function mutateText(text: string, random: Random): string {
  const at = Math.floor(random() * (text.length + 1));
  const choice = random();
  if (choice < 0.3) return text.slice(0, at);
  if (choice < 0.5) return text.slice(at);
  if (choice < 0.7)
    return `${text.slice(0, at)}${pick(['"', '{', '}', '[', '\\', '`', '${', '\n', '#'], random)}${text.slice(at)}`;
  if (choice < 0.85) return text + text;
  return `${text.slice(0, at)}${text.slice(at + 1 + Math.floor(random() * 20))}`;
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T;
}
