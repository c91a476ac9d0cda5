import { hash53 } from '../../contract/event.ts';

const MAX_TEXT = 65_536;
const MAX_WORDS = 48;
const MIN_WORD = 6;
/** Fewer bits than the hash has: short numbers to store, and equal by chance once in many millions. */
const BITS = 2 ** 36;

/** Lines that tell somebody to do something. */
const ORDERS =
  /\b(?:curl|wget|bash|sh|npm|npx|pip|pipx|uvx|git|cat|ssh|scp|python3?|node|powershell|iwr|irm|iex|sudo|run|execute|open|read|send|upload|post|e-?mail|forward|fetch|visit|call|include|append|write|add|install|download|copy|push|delete|remove|invoke|use|click)\b/i;
/** Words that mean one thing only: addresses, mail addresses, paths, names with signs in them. */
const DISTINCT =
  /https?:\/\/[^\s"'`<>()[\]{}|\\,;]{4,300}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|(?:~|\$HOME|\/[\w.@-]{1,60}|[A-Z]:\\[\w.@-]{1,60})(?:[\\/][\w.@*-]{1,80}){1,10}|\.[\w-]{2,40}\/[\w./-]{2,80}|(?:[\w-]{1,60}\.){1,5}[a-z]{2,12}\b/gi;

/** Stands in each of these words; most lines of prose have none. */
const SIGN = /[./@\\]/;

/**
 * Numbers that stand for the distinct words in a text's orders: the hosts, addresses, paths and mail addresses it wants
 * something done with. The words themselves are not kept.
 */
export function heardWords(text: string): number[] {
  const found = new Set<number>();
  const head = text.slice(0, MAX_TEXT);
  const installs = head.search(INSTALL) >= 0;
  for (const line of head.split('\n')) {
    if (found.size >= MAX_WORDS) break;
    const part = line.slice(0, 2_000);
    if (part.length < 8 || (!installs && !SIGN.test(part)) || !ORDERS.test(part)) continue;
    for (const word of [...distinctWords(part), ...installedIn(part)]) {
      if (found.size < MAX_WORDS) found.add(numberOf(word));
    }
  }
  return [...found];
}

/** `npm install left-pad`, `uvx tool`: the package an order names, as `install:left-pad`. */
const INSTALL =
  /\b(?:npm|pnpm|yarn|bun|pip3?|pipx|uv|cargo|gem|brew|go)\s+(?:install|i|add|tool install|pip install)\s+(?:-{1,2}[\w-]{1,30}\s+){0,4}([@\w][\w./@-]{2,80})|\b(?:npx|uvx|bunx|pnpx)\s+(?:-{1,2}[\w-]{1,30}\s+){0,4}([@\w][\w./@-]{2,80})/gi;

export function installedIn(text: string): readonly string[] {
  const found: string[] = [];
  const head = text.slice(0, 8_192);
  // Most texts name none: a search makes no copy of the pattern.
  if (head.search(INSTALL) < 0) return found;
  for (const match of head.matchAll(INSTALL)) {
    const name = (match[1] ?? match[2] ?? '').toLowerCase().replace(/(?<=.)@[^/@]*$/, '');
    if (name !== '' && found.length < 20) found.push(`install:${name}`);
  }
  return found;
}

/** The distinct words of a text, in one spelling, with the host of each address. */
export function distinctWords(text: string): readonly string[] {
  const found: string[] = [];
  if (!SIGN.test(text)) return found;
  for (const match of text.matchAll(DISTINCT)) {
    const word = match[0]
      .toLowerCase()
      .replace(/(?<![.,:;!?)\]])[.,:;!?)\]]+$/, '')
      .replace(/^\$home/, '~')
      .replaceAll('\\', '/');
    if (word.length < MIN_WORD || EVERYWHERE.test(word)) continue;
    found.push(word);
    const host = /^https?:\/\/([^/?#:]+)/.exec(word)?.[1];
    if (host !== undefined && !EVERYWHERE.test(host)) found.push(host);
    if (found.length >= 200) break;
  }
  return found;
}

/** Words that stand in half of all texts. */
const EVERYWHERE =
  /^(?:(?:https?:\/\/)?(?:www\.)?(?:github\.com|npmjs\.(?:com|org)|pypi\.org|localhost|127\.0\.0\.1|example\.com|google\.com|docs\.[\w.-]+)\/?|package\.json|readme\.md|index\.\w+|node\.js|next\.js|vue\.js|tsconfig\.json|requirements\.txt|docker-compose\.ya?ml|dockerfile|makefile|\/usr\/(?:local\/)?bin(?:\/\w+)?|\/bin\/(?:ba)?sh|\/dev\/null)$/;

export function numberOf(word: string): number {
  return hash53(word) % BITS;
}

/** Numbers for each run of six words: to know a sentence again. */
export function shingles(text: string): number[] {
  const words =
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}_./@-]{2,60}/gu)
      ?.slice(0, 120) ?? [];
  const found: number[] = [];
  for (let i = 0; i + 6 <= words.length && found.length < 40; i++)
    found.push(numberOf(words.slice(i, i + 6).join(' ')));
  return found;
}
