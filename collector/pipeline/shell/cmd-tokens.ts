/** What stands between two separators. */
export interface CmdPart {
  readonly words: readonly string[];
  readonly redirects: readonly {
    readonly fd: number | undefined;
    readonly operator: string;
    readonly target: string;
  }[];
  readonly piped: boolean;
  readonly broken: boolean;
}

/** Cuts at separators outside quotes; `^x` is `x`. */
export function splitCmd(text: string): readonly CmdPart[] {
  const parts: CmdPart[] = [];
  let words: string[] = [];
  let redirects: CmdPart['redirects'][number][] = [];
  let word: string | undefined;
  let quoted = false;
  /** Open parentheses, `true` for a block. */
  const open: boolean[] = [];
  let piped = false;
  let pending: { fd: number | undefined; operator: string } | undefined;
  const endWord = (): void => {
    if (word === undefined) return;
    if (pending !== undefined) {
      redirects.push({ ...pending, target: word });
      pending = undefined;
    } else if (words.length < 2_048) words.push(word);
    word = undefined;
  };
  const endPart = (pipe: boolean, broken = false): void => {
    endWord();
    if (words.length > 0 || redirects.length > 0) parts.push({ words, redirects, piped, broken });
    words = [];
    redirects = [];
    pending = undefined;
    piped = pipe;
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '"') {
      quoted = !quoted;
      word ??= '';
    } else if (quoted) word = `${word ?? ''}${char}`;
    else if (char === '^') {
      i++;
      const next = text[i] ?? '';
      if (next === '\r') i++;
      else if (next !== '\n') word = `${word ?? ''}${next}`;
    } else if (char === '&' || char === '\n') {
      if (text[i + 1] === '&') i++;
      endPart(false);
    } else if (char === '|') {
      const or = text[i + 1] === '|';
      if (or) i++;
      endPart(!or);
    } else if (char === '>' || char === '<') {
      const fd = word !== undefined && /^\d$/.test(word) ? Number(word) : undefined;
      if (fd !== undefined) word = undefined;
      endWord();
      const twice = text[i + 1] === char;
      if (twice) i++;
      if (text[i + 1] === '&') {
        i += 2;
        continue;
      }
      pending = { fd, operator: twice ? char.repeat(2) : char };
    } else if (char === '(' && word === undefined) {
      // `in (a b)` is a list and stays; every other one opens a block.
      const last = words.at(-1)?.toLowerCase();
      const block = words.length === 0 || last === 'do' || last === 'else' || /^@?if$/i.test(words[0] ?? '');
      if (open.length < 64) open.push(block);
      if (block) endPart(false);
      else word = char;
    } else if (char === ')' && open.length > 0) {
      if (open.pop() === true) endPart(false);
      else word = `${word ?? ''}${char}`;
    } else if (char === ')' && word === undefined) {
      continue;
    } else if (char === ' ' || char === '\t' || char === '\r') endWord();
    else if ((char === ',' || char === ';') && !cutsVariable(word ?? '')) endWord();
    else word = `${word ?? ''}${char}`;
  }
  endPart(false, quoted);
  return parts;
}

/** `%PATH:~0` so far: a comma in it is part of the variable. */
function cutsVariable(word: string): boolean {
  const start = word.lastIndexOf('%');
  return start >= 0 && word.includes(':~', start);
}
