import type { ToolCallEvent } from '../../contract/event.ts';
import { argsText } from './args-text.ts';
import { canonicalName } from './commands.ts';

/** Programs that open the address they are given, besides `gh`, which does with some of its verbs only. */
export const ADDRESS_OPENERS = [
  'curl',
  'wget',
  'http',
  'xh',
  'invoke-webrequest',
  'invoke-restmethod',
  'open',
  'xdg-open',
  'start-process',
] as const;
const OPENERS: ReadonlySet<string> = new Set([...ADDRESS_OPENERS, 'gh']);

const MAX_ADDRESSES = 20;
const ADDRESS = /https?:\/\/[^\s"'\\)<>]{10,4000}/g;
const NONE: readonly string[] = [];

export function isOpener(program: string): boolean {
  return OPENERS.has(canonicalName(program));
}

/** Every address a call opens, or puts where others will open it. */
export function openedAddresses(event: ToolCallEvent): readonly string[] {
  const { input, tool } = event;
  if (tool.category === 'web') return input.url === undefined ? NONE : [input.url];
  if (tool.category === 'mcp') {
    if (input.args === undefined) return NONE;
    const text = argsText(input.args).slice(0, 16_384);
    return text.includes('://')
      ? [...text.matchAll(ADDRESS)].slice(0, MAX_ADDRESSES).map((match) => match[0])
      : NONE;
  }
  const found: string[] = [];
  for (const { elsewhere, args, program } of event.shell?.commands ?? []) {
    if (elsewhere || !isOpener(program)) continue;
    for (const word of args) {
      if (!word.includes('://') || found.length >= MAX_ADDRESSES) continue;
      for (const match of word.matchAll(ADDRESS)) if (found.length < MAX_ADDRESSES) found.push(match[0]);
    }
  }
  return found;
}

const MAX_SIGNS = 50;
const MAX_BEFORE = 503;

/** `https://x/$(id)`: an address with something of the shell's in it. Looks back from each sign: one pass over the word. */
export function isFilledIn(word: string): boolean {
  let signs = 0;
  for (const { index } of word.matchAll(/[$`]/g)) {
    if (++signs > MAX_SIGNS) return false;
    const before = word.slice(Math.max(0, index - MAX_BEFORE), index);
    const address = before.lastIndexOf('://');
    if (address >= 0 && !/[\s$`]/.test(before.slice(address))) return true;
  }
  return false;
}
