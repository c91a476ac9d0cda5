import { textPatterns } from './code-texts.ts';
import { decodeBase64, decodeEscapes } from './decode.ts';
import { MAX_CODE } from './state.ts';

export type CodeCall =
  | { readonly kind: 'script'; readonly source: string; readonly decoded: boolean }
  | { readonly kind: 'argv'; readonly argv: readonly string[]; readonly decoded: boolean }
  /** The body of another program, decoded from a literal: `exec(b64decode("…"))`. */
  | { readonly kind: 'code'; readonly source: string; readonly decoded: true };

const MAX_CALLS = 32;

/**
 * Start of a call that hands text to a shell or starts a program, in Python, JavaScript, Perl, Ruby, PHP, Lua, AWK and
 * AppleScript: `os.system(`, `subprocess.run([`, `child_process.execSync(`, `system `, `do shell script `.
 */
const CALL =
  /\b(?:os\.(?:system|popen|exec[lv]p?e?|spawn[lv]p?e?|posix_spawnp?)|(?:asyncio\.)?create_subprocess_(?:shell|exec)|(?:subprocess\.|sp\.)?(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)|(?:child_process\.|cp\.|require\(['"](?:node:)?child_process['"]\)\.)?(?:execSync|spawnSync|execFileSync|execFile|spawn|exec)|system|popen|shell_exec|passthru|proc_open|pcntl_exec|pty\.spawn|Bun\.spawn(?:Sync)?|Deno\.Command|os\.execute|io\.popen|Open3\.\w+|do shell script|IO\.popen|%x|(?:async-)?shell-command)\s{0,16}[({[]?\s{0,16}(?=[[({]?\s{0,16}[rbfu$]?["'`(])/g;

const DECODE =
  /\b(?:b64decode|atob|base64_decode|decode64|decode_base64|Buffer\.from|a2b_base64)\s*\(\s*[rb]?(["'`])([A-Za-z0-9+/=_\s-]{8,65536}?)\1/g;

/**
 * Literal shell calls in a body of code. Only literals: a command built at run time cannot be known from here.
 * Looks at the first 16 KiB; linear time.
 * @param language canonical name of the interpreter, for what only its language has
 */
export function findShellCalls(
  source: string,
  language = '',
): {
  readonly calls: readonly CodeCall[];
  readonly truncated: boolean;
} {
  const text = source.length > MAX_CODE ? source.slice(0, MAX_CODE) : source;
  const calls: CodeCall[] = [];
  let truncated = source.length > MAX_CODE;
  CALL.lastIndex = 0;
  for (let match = CALL.exec(text); match !== null; match = CALL.exec(text)) {
    if (calls.length >= MAX_CALLS) {
      truncated = true;
      break;
    }
    // `cp['exec']('x')`: the name is a text itself.
    const quoted = /["'`]/.test(text[match.index - 1] ?? '');
    if (!quoted) addCall(text, CALL.lastIndex, match[0], calls);
  }
  // Perl, Ruby, PHP and JavaScript shell templates run what stands between backticks.
  if (text.includes('`') && !/=>|\bconst\b|\blet\b|\bimport\b/.test(text)) {
    for (const match of text.matchAll(/`([^`\n]{2,2000})`/g)) {
      if (calls.length < MAX_CALLS && match[1] !== undefined)
        calls.push({ kind: 'script', source: match[1], decoded: false });
    }
  }
  for (const pattern of textPatterns(language)) {
    for (const match of text.matchAll(pattern)) {
      const body = match[1] ?? match[2] ?? match[3] ?? '';
      if (calls.length < MAX_CALLS && body.trim() !== '')
        calls.push({ kind: 'script', source: decodeEscapes(body), decoded: false });
    }
  }
  DECODE.lastIndex = 0;
  for (let match = DECODE.exec(text); match !== null && calls.length < MAX_CALLS; match = DECODE.exec(text)) {
    const body = decodeBase64(match[2] ?? '');
    if (body !== undefined && body.length > 4) calls.push({ kind: 'code', source: body, decoded: true });
  }
  return { calls, truncated };
}

function addCall(text: string, from: number, head: string, out: CodeCall[]): void {
  let at = from;
  const list = text[at] === '[' || text[at] === '(' || text[at] === '{' || /[[{]\s*$/.test(head);
  if (text[at] === '[' || text[at] === '(' || text[at] === '{') at++;
  const first = readString(text, at);
  if (first === undefined) return;
  const inPath = /execFile|spawn|Command|exec[lv]|subprocess_exec/.test(head);
  if (!list && !inPath) {
    out.push({ kind: 'script', source: first.value, decoded: false });
    return;
  }
  const argv = [first.value];
  at = first.end;
  // `os.execvp(file, [name, …])`: the first of the list is the name the program sees, not an argument.
  const named = /\bos\.(?:exec[lv]|posix_spawn)/.test(head);
  for (let i = 0; i < 64; i++) {
    const gap =
      /^\s*(?:,|\)|\])?\s*,?\s*(?:args\s*:\s*)?[[(]?\s*/.exec(text.slice(at, at + 64))?.[0].length ?? 0;
    const closed = list && /^\s*[\])]/.test(text.slice(at, at + 16));
    const next = closed || gap === 0 ? undefined : readString(text, at + gap);
    if (next === undefined) break;
    argv.push(next.value);
    at = next.end;
  }
  if (named) argv.splice(1, 1);
  // `spawn("ls -la | sh", {shell: true})` and one-element lists with blanks are shell text in practice.
  if (argv.length === 1 && /\s/.test(first.value))
    out.push({ kind: 'script', source: first.value, decoded: false });
  else out.push({ kind: 'argv', argv, decoded: false });
}

/** A string literal at `at`: single, double, triple or backtick quotes, prefixes `r b f u`; escapes resolved. */
function readString(text: string, at: number): { readonly value: string; readonly end: number } | undefined {
  let i = at;
  while (/[\s]/.test(text[i] ?? '')) i++;
  while (/[rbfuRBFU]/.test(text[i] ?? '') && i < at + 4) i++;
  const quote = text[i];
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined;
  const triple = text.startsWith(quote.repeat(3), i);
  const mark = triple ? quote.repeat(3) : quote;
  i += mark.length;
  const start = i;
  while (i < text.length) {
    if (text[i] === '\\') i += 2;
    else if (text.startsWith(mark, i)) {
      const raw = text.slice(start, i);
      return { value: decodeEscapes(raw).replace(/\\(["'`$])/g, '$1'), end: i + mark.length };
    } else i++;
  }
  return undefined;
}

/** Literal strings in code, for the resources it names; at most 200. */
export function literalsOf(source: string): readonly { readonly value: string; readonly at: number }[] {
  const text = source.length > MAX_CODE ? source.slice(0, MAX_CODE) : source;
  const out: { value: string; at: number }[] = [];
  for (let i = 0; i < text.length && out.length < 200; i++) {
    const char = text[i];
    if (char !== '"' && char !== "'" && char !== '`') continue;
    const literal = readString(text, i);
    if (literal === undefined) continue;
    if (literal.value.length > 0 && literal.value.length < 2_048) out.push({ value: literal.value, at: i });
    i = literal.end - 1;
  }
  return out;
}
