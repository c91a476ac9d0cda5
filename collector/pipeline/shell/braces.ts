/** More alternatives than this are cut: `{1..999999}` must not cost anything. */
export const MAX_ALTERNATIVES = 32;

/**
 * Brace expansion of one word's source text, quotes kept: `{a,b}c` → `ac`, `bc`; `{1..3}` → `1`, `2`, `3`.
 * @returns at most 32 words; the word itself when there is nothing to expand
 */
export function expandBraces(text: string, budget = 4): readonly string[] {
  const open = findOpen(text);
  if (open === undefined || budget === 0) return [text];
  const { start, end, commas } = open;
  const before = text.slice(0, start);
  const after = text.slice(end + 1);
  const choices =
    commas.length > 0
      ? [start, ...commas].map((from, i) => text.slice(from + 1, commas[i] ?? end))
      : expandRange(text.slice(start + 1, end));
  if (choices === undefined) return [text];
  const out: string[] = [];
  for (const choice of choices) {
    for (const tail of expandBraces(`${choice}${after}`, budget - 1)) {
      if (out.length >= MAX_ALTERNATIVES) return out;
      out.push(`${before}${tail}`);
    }
  }
  return out;
}

interface Open {
  readonly start: number;
  readonly end: number;
  readonly commas: readonly number[];
}

/** First brace group outside quotes that has a comma or a range at its own level. */
function findOpen(text: string): Open | undefined {
  const stack: { start: number; commas: number[] }[] = [];
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === "'" || char === '"' || char === '`') quote = char;
    else if (char === '{' && text[i - 1] !== '$') stack.push({ start: i, commas: [] });
    else if (char === ',') stack.at(-1)?.commas.push(i);
    else if (char === '}') {
      const group = stack.pop();
      if (group === undefined || stack.length > 0) continue;
      if (
        group.commas.length > 0 ||
        /^[\w-]+\.\.[\w-]+(?:\.\.-?\d+)?$/.test(text.slice(group.start + 1, i))
      ) {
        return { start: group.start, end: i, commas: group.commas };
      }
    }
  }
  return undefined;
}

function expandRange(body: string): readonly string[] | undefined {
  const [from = '', to = ''] = body.split('..');
  const numeric = /^-?\d{1,9}$/.test(from) && /^-?\d{1,9}$/.test(to);
  if (!numeric && (from.length !== 1 || to.length !== 1)) return undefined;
  const a = numeric ? Number(from) : from.charCodeAt(0);
  const b = numeric ? Number(to) : to.charCodeAt(0);
  const out: string[] = [];
  const step = a <= b ? 1 : -1;
  for (let n = a; step > 0 ? n <= b : n >= b; n += step) {
    if (out.length >= MAX_ALTERNATIVES) break;
    out.push(numeric ? String(n) : String.fromCharCode(n));
  }
  return out;
}
