import { isObject } from './json.ts';

/** Most characters of a tool's output that leave a parser (64 KiB of ASCII). */
export const MAX_OUTPUT = 65_536;
/** Most characters of file content, patches, commands and free text (256 KiB of ASCII). */
export const MAX_CONTENT = 262_144;
/** Most characters of a name or id; longer ones are broken or hostile. */
export const MAX_NAME = 512;
/** Most characters of a path. */
export const MAX_PATH = 4_096;
/** Most blocks of one message, paths of one call, and so on. */
export const MAX_ITEMS = 1_000;

export function bounded(text: string, max: number): string {
  return text.length > max ? text.slice(0, max) : text;
}

/**
 * The text of a message content: a string, or a list of blocks that have a `text` member (a block of another
 * kind gives nothing). Blocks are joined by a line feed. Empty when there is none; at most `max` characters.
 */
export function textOf(content: unknown, max: number): string {
  if (typeof content === 'string') return bounded(content, max);
  if (!Array.isArray(content)) return '';
  let text = '';
  for (let i = 0; i < content.length && i < MAX_ITEMS && text.length < max; i++) {
    const block: unknown = content[i];
    const part = isObject(block) ? block['text'] : block;
    if (typeof part !== 'string' || part === '') continue;
    const piece = bounded(part, max - text.length);
    text = text === '' ? piece : `${text}\n${piece}`;
  }
  return bounded(text, max);
}

const MAX_DEPTH = 24;
const MAX_NODES = 2_000;

/**
 * A copy of JSON arguments that later stages can walk without fear: at most 24 levels, 2,000 values and
 * 256 KiB of text; what is beyond is left out. `__proto__` is left out too.
 */
export function boundedJson(value: unknown): unknown {
  const budget = { nodes: MAX_NODES, chars: MAX_CONTENT };
  return copy(value, 0, budget);
}

function copy(value: unknown, depth: number, budget: { nodes: number; chars: number }): unknown {
  budget.nodes -= 1;
  if (typeof value === 'string') {
    const text = bounded(value, Math.max(0, budget.chars));
    budget.chars -= text.length;
    return text;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      if (budget.nodes <= 0) break;
      items.push(copy(item, depth + 1, budget));
    }
    return items;
  }
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (budget.nodes <= 0) break;
    if (key === '__proto__' || key.length > MAX_NAME) continue;
    const kept = copy(item, depth + 1, budget);
    if (kept !== undefined) out[key] = kept;
  }
  return out;
}
