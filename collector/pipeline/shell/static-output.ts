import { findHits } from './each-file.ts';
import { decodeBase64, decodeEscapes, decodeHex, MAX_DECODED } from './decode.ts';
import { replaceText } from './replace-text.ts';
import type { StaticText, Word } from './state.ts';

/**
 * What a command prints, for the few whose output follows from their words and input: `echo`, `printf`, `cat`, decoders,
 * `rev`, `tr`, `which`, `pwd`, `dirname`, `basename`; of `ls` and `find`, the patterns that what they print must fit. This is how `echo … | base64 -d | sh` is seen through.
 * @returns `undefined` for every other command, for unknown words and for binary data
 */
export function staticOutput(
  words: readonly Word[],
  input: StaticText | undefined,
  cwd: string | undefined,
): StaticText | undefined {
  const name = words[0]?.text;
  if (name === undefined) return undefined;
  const program = name.slice(name.lastIndexOf('/') + 1);
  const run = Object.hasOwn(PRINTERS, program) ? PRINTERS[program] : undefined;
  if (run === undefined) return undefined;
  const args: string[] = [];
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) continue;
    if (word.dynamic) return undefined;
    args.push(word.text);
  }
  const out = run(args, input, cwd);
  if (out === undefined || out.text.length > MAX_DECODED) return undefined;
  return words.some((word) => word.decoded === true) && !out.decoded
    ? { text: out.text, decoded: true }
    : out;
}

type Printer = (
  args: readonly string[],
  input: StaticText | undefined,
  cwd: string | undefined,
) => StaticText | undefined;

const plain = (text: string): StaticText => ({ text, decoded: false });
const decoded = (text: string | undefined): StaticText | undefined =>
  text === undefined ? undefined : { text, decoded: true };

/** Input passes through unchanged when no file is named. */
const pass: Printer = (args, input) => (args.every((arg) => arg.startsWith('-')) ? input : undefined);

/** `head -n 5`, `tail -1`: which lines those are matters less than what they are. */
const countLines: Printer = (args, input) =>
  args.every((arg) => arg.startsWith('-') || /^\+?\d+$/.test(arg)) ? input : undefined;

/** The input changed line by line, its last newline kept. */
function edit(
  input: StaticText | undefined,
  change: (lines: string[]) => readonly string[],
): StaticText | undefined {
  if (input === undefined) return undefined;
  const lines = input.text.replace(/\n$/, '').split('\n');
  return { text: `${change(lines).join('\n')}\n`, decoded: input.decoded };
}

const hexDump: Printer = (args, input) => {
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  return flags.includes('r') && flags.includes('p') && input !== undefined
    ? decoded(decodeHex(input.text))
    : undefined;
};

const base64: Printer = (args, input) => {
  if (
    !args.some(
      (arg) => arg === '-d' || arg === '-D' || arg.startsWith('--d') || arg === '-di' || arg === '-id',
    )
  ) {
    return undefined;
  }
  return args.every((arg) => arg.startsWith('-')) && input !== undefined
    ? decoded(decodeBase64(input.text))
    : undefined;
};

const lookUp: Printer = (args) => {
  const names = args.filter((arg) => !arg.startsWith('-'));
  return names.length === 1 && names[0] !== undefined ? plain(`${names[0]}\n`) : undefined;
};

const PRINTERS: Readonly<Record<string, Printer | undefined>> = {
  echo: (args) => {
    let from = 0;
    let escapes = false;
    while (/^-[neE]+$/.test(args[from] ?? '')) {
      if ((args[from] ?? '').includes('e')) escapes = true;
      from++;
    }
    const text = args.slice(from).join(' ');
    if (!escapes) return plain(`${text}\n`);
    const out = decodeEscapes(text);
    return { text: `${out}\n`, decoded: /\\(?:x|0|[1-7])/.test(text) };
  },
  printf: (args) => {
    const rest = args[0] === '--' ? args.slice(1) : args;
    const [format = '', ...values] = rest;
    return { text: formatPrintf(format, values), decoded: /\\(?:x|0|[1-7]|u)/.test(rest.join(' ')) };
  },
  // The pattern stands for the files it names; what a folder holds is not known.
  ls: (args) => {
    const names = args.filter((arg) => !arg.startsWith('-'));
    const isList = args.every((arg) => !/^-[a-zA-Z]*[lsi]/.test(arg));
    return isList && names.length > 0 && names.every((name) => /[*?[]/.test(name))
      ? plain(`${names.join('\n')}\n`)
      : undefined;
  },
  find: (args) =>
    args.some((arg) => /^-(?:exec|execdir|ok|okdir|printf|fprintf|fprint|ls|fls|delete)$/.test(arg))
      ? undefined
      : plain(`${findHits(['find', ...args]).join('\n')}\n`),
  cat: pass,
  tee: (_args, input) => input,
  yes: (args) => plain(`${args.length === 0 ? 'y' : args.join(' ')}\n`),
  tac: (args, input) => (args.length === 0 ? edit(input, (lines) => lines.reverse()) : undefined),
  head: countLines,
  tail: countLines,
  grep: (args, input) => {
    const pattern = args.length === 1 ? args[0] : undefined;
    return pattern === undefined || !/^[\w :/=.-]+$/.test(pattern) || pattern.startsWith('-')
      ? undefined
      : edit(input, (lines) => lines.filter((line) => line.includes(pattern)));
  },
  awk: (args, input) =>
    /^\s{0,8}\{\s{0,8}print(?:\s{1,8}\$0)?\s{0,8};?\s{0,8}\}\s{0,8}$|^1$/.test(args[0] ?? '') &&
    args.length === 1
      ? input
      : undefined,
  sed: (args, input) => {
    const change =
      args.length === 1 ? /^s([/|#,])([\w @:=~^-]+)\1([\w .@:=~^-]*)\1(g?)$/.exec(args[0] ?? '') : null;
    if (change === null || input === undefined) return undefined;
    const [, , from = '', to = '', all] = change;
    if (from.includes('^')) return undefined;
    return decoded(all === 'g' ? replaceText(input.text, from, to) : input.text.replace(from, () => to));
  },
  cut: (args, input) => {
    const range = args.length === 1 ? /^-c(\d{1,4})?(-)?(\d{1,4})?$/.exec(args[0] ?? '') : null;
    if (range === null) return undefined;
    const from = Number(range[1] ?? 1) - 1;
    const to = range[2] === undefined ? from + 1 : range[3] === undefined ? undefined : Number(range[3]);
    const out = edit(input, (lines) => lines.map((line) => line.slice(from, to)));
    return out === undefined ? undefined : decoded(out.text);
  },
  sort: pass,
  base64,
  gbase64: base64,
  base32: () => undefined,
  openssl: (args, input) =>
    (args[0] === 'base64' || args.includes('-base64') || args.includes('-a')) &&
    args.includes('-d') &&
    args.length <= 4
      ? decoded(input === undefined ? undefined : decodeBase64(input.text))
      : undefined,
  xxd: hexDump,
  rev: (args, input) =>
    input === undefined || args.length > 0
      ? undefined
      : decoded(
          input.text
            .split('\n')
            .map((line) => Array.from(line).reverse().join(''))
            .join('\n'),
        ),
  tr: (args, input) => {
    const [from, to] = args;
    if (input === undefined || from === undefined) return undefined;
    if (from === '-d' && to !== undefined) return { text: deleteSet(input.text, to), decoded: input.decoded };
    return to === undefined || from.startsWith('-') ? undefined : decoded(translate(input.text, from, to));
  },
  which: lookUp,
  type: lookUp,
  command: (args) => (args[0] === '-v' ? lookUp(args, undefined, undefined) : undefined),
  pwd: (_args, _input, cwd) => (cwd === undefined ? undefined : plain(`${cwd}\n`)),
  dirname: (args) => {
    const path = args.length === 1 ? args[0] : undefined;
    const slash = path?.replace(/(?<!\/)\/+$/, '').lastIndexOf('/') ?? -1;
    return path === undefined ? undefined : plain(slash < 0 ? '.' : path.slice(0, Math.max(slash, 1)));
  },
  basename: (args) => {
    const path = args[0]?.replace(/(?<!\/)\/+$/, '');
    const name = path?.slice(path.lastIndexOf('/') + 1);
    if (name === undefined) return undefined;
    const suffix = args[1];
    return plain(suffix !== undefined && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name);
  },
};

/** `%s %b %d %c %x` and escapes; the format is used again while values are left, as the shell does. */
function formatPrintf(format: string, values: readonly string[]): string {
  let out = '';
  let at = 0;
  for (let round = 0; round < 64; round++) {
    const before = at;
    out += decodeEscapes(
      format.replace(/%(?:%|-?\d*(?:\.\d+)?([sbdcxiqu]))/g, (whole, kind?: string) => {
        if (kind === undefined) return '%';
        const value = values[at++] ?? '';
        return kind === 'b' ? decodeEscapes(value) : whole.endsWith('c') ? value.slice(0, 1) : value;
      }),
    );
    if (at >= values.length || at === before || out.length > MAX_DECODED) break;
  }
  return out;
}

/** `a-z` sets of `tr`, at most 512 characters. */
function expandSet(set: string): string {
  const named = set
    .replaceAll('[:upper:]', 'A-Z')
    .replaceAll('[:lower:]', 'a-z')
    .replaceAll('[:digit:]', '0-9');
  const text = decodeEscapes(named);
  let out = '';
  for (let i = 0; i < text.length && out.length < 512; i++) {
    const from = text[i] ?? '';
    const to = text[i + 2];
    if (text[i + 1] === '-' && to !== undefined) {
      for (let code = from.charCodeAt(0); code <= to.charCodeAt(0) && out.length < 512; code++) {
        out += String.fromCharCode(code);
      }
      i += 2;
    } else out += from;
  }
  return out;
}

function translate(text: string, from: string, to: string): string {
  const source = expandSet(from);
  const target = expandSet(to);
  const map = new Map<string, string>();
  for (let i = 0; i < source.length; i++) {
    const char = source[i];
    if (char !== undefined && !map.has(char)) map.set(char, target[Math.min(i, target.length - 1)] ?? '');
  }
  let out = '';
  for (const char of text) out += map.get(char) ?? char;
  return out;
}

function deleteSet(text: string, set: string): string {
  const gone = new Set(expandSet(set));
  let out = '';
  for (const char of text) if (!gone.has(char)) out += char;
  return out;
}
