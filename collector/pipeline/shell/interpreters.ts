import { decodePowerShell } from './decode.ts';
import type { Word } from './state.ts';
import type { Unwrapped } from './unwrapped.ts';

export const SHELL_PROGRAMS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'zsh',
  'dash',
  'ksh',
  'mksh',
  'ash',
  'fish',
  'csh',
  'tcsh',
  'rbash',
]);

/** How each language takes its source on the command line. Options as in the manuals of Python 3.13, Node 24, Perl 5.40, Ruby 3.4, PHP 8.4. */
const CODE_OPTIONS: Readonly<Record<string, readonly string[] | undefined>> = {
  python: ['-c'],
  pypy: ['-c'],
  ipython: ['-c'],
  node: ['-e', '-p', '--eval', '--print', '-pe'],
  bun: ['-e', '-p', '--eval', '--print'],
  tsx: ['-e', '--eval'],
  'ts-node': ['-e', '--eval'],
  perl: ['-e', '-E', '-ne', '-pe', '-lne', '-lpe', '-le', '-pie', '-0777ne', '-Mstrict'],
  ruby: ['-e', '-ne', '-pe'],
  php: ['-r', '--run'],
  lua: ['-e'],
  rscript: ['-e'],
  osascript: ['-e'],
  groovy: ['-e'],
  elixir: ['-e', '--eval'],
  julia: ['-e', '-E', '--eval', '--print'],
  guile: ['-c'],
  emacs: ['--eval', '-eval', '--execute'],
  expect: ['-c'],
  swift: ['-e'],
};

export function isCodeInterpreter(name: string): boolean {
  return Object.hasOwn(CODE_OPTIONS, name) || name === 'deno' || name === 'awk';
}

/**
 * The text an interpreter is told to run on its command line.
 * @param name canonical name: `python` for `python3.12`
 * @returns `'stdin'` when it will run its input instead, `undefined` when it runs a file or nothing
 */
export function unwrapInterpreter(name: string, words: readonly Word[]): Unwrapped | 'stdin' | undefined {
  if (SHELL_PROGRAMS.has(name)) return unwrapShell(words);
  if (name === 'powershell') return unwrapPowerShell(words);
  if (name === 'cmd') return unwrapCmd(words);
  if (name === 'deno') {
    const code =
      words[1]?.text === 'eval' ? words.slice(2).find((word) => !word.text.startsWith('-')) : undefined;
    return code === undefined ? undefined : codeOf(code);
  }
  if (name === 'awk') return unwrapAwk(words);
  const options = Object.hasOwn(CODE_OPTIONS, name) ? CODE_OPTIONS[name] : undefined;
  if (options === undefined) return undefined;
  return unwrapCode(words, options, name);
}

function codeOf(word: Word): Unwrapped {
  return {
    kind: 'code',
    source: word.text,
    dynamic: word.dynamic,
    ...(word.decoded === true ? { decoded: true } : {}),
  };
}

function unwrapShell(words: readonly Word[]): Unwrapped | 'stdin' | undefined {
  let script = false;
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    const text = word?.text ?? '';
    if (word === undefined) continue;
    if (text === '--' || text === '-') continue;
    if (text.startsWith('-') || (text.startsWith('+') && text.length > 1)) {
      if (
        text === '--rcfile' ||
        text === '--init-file' ||
        text === '-o' ||
        text === '+o' ||
        text === '-O' ||
        text === '+O'
      )
        i++;
      else if (text === '--command') script = true;
      else if (!text.startsWith('--')) {
        if (text.includes('c')) script = true;
        if (text.includes('s') && !script) return 'stdin';
        if (/^-[a-z]*o$/.test(text)) i++;
      }
      continue;
    }
    if (!script)
      return text === '/dev/stdin' || text === '/dev/fd/0' || text === '/proc/self/fd/0'
        ? 'stdin'
        : undefined;
    return {
      kind: 'script',
      source: text,
      dynamic: word.dynamic,
      ...(word.decoded === true ? { decoded: true } : {}),
      dialect: 'posix',
      via: 'inline',
      keep: word.dynamic,
      positional: words.slice(i + 1).map((rest) => rest.text),
    };
  }
  return script ? undefined : 'stdin';
}

/** Any unambiguous beginning of a parameter name counts, which is how `-e`, `-enc` and `-EncodedCommand` are one. */
function unwrapPowerShell(words: readonly Word[]): Unwrapped | 'stdin' | undefined {
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) continue;
    const text = word.text.toLowerCase().replace(/^(?:--|\/|–|—|―)/, '-');
    if (!text.startsWith('-')) return powerShellScript(words.slice(i));
    const name = text.slice(1).split(':')[0] ?? '';
    if (name === '') return 'stdin';
    if ('encodedcommand'.startsWith(name) || name === 'ec' || name === 'enc') {
      const value = words[i + 1];
      const source = value === undefined ? undefined : decodePowerShell(value.text);
      return {
        kind: 'script',
        source: source ?? value?.text ?? '',
        dynamic: source === undefined,
        decoded: true,
        dialect: 'powershell',
        via: 'decoded',
        keep: true,
      };
    }
    if ('command'.startsWith(name) || name === 'commandwithargs' || name === 'cwa')
      return powerShellScript(words.slice(i + 1));
    if ('file'.startsWith(name)) return undefined;
    if (POWERSHELL_TAKES.some((option) => option.startsWith(name))) i++;
  }
  return 'stdin';
}

const POWERSHELL_TAKES = [
  'executionpolicy',
  'ep',
  'exp',
  'windowstyle',
  'inputformat',
  'outputformat',
  'configurationname',
  'workingdirectory',
  'wd',
  'psconsolefile',
  'version',
  'settingsfile',
  'custompipename',
];

function powerShellScript(words: readonly Word[]): Unwrapped | 'stdin' | undefined {
  if (words.length === 0) return undefined;
  if (words.length === 1 && words[0]?.text === '-') return 'stdin';
  return {
    kind: 'script',
    source: words.map((word) => word.text).join(' '),
    dynamic: words.some((word) => word.dynamic),
    dialect: 'powershell',
    via: 'inline',
    keep: false,
  };
}

function unwrapCmd(words: readonly Word[]): Unwrapped | 'stdin' | undefined {
  for (let i = 1; i < words.length; i++) {
    const text = words[i]?.text.toLowerCase() ?? '';
    const glued = /^\/[ck](?![a-z]?$)(.+)$/i.exec(words[i]?.text ?? '')?.[1];
    if (/^\/\/?[ck]$/.test(text) || glued !== undefined) {
      const head = glued === undefined ? [] : [{ text: glued, dynamic: words[i]?.dynamic === true }];
      const rest = [...head, ...words.slice(i + 1)];
      if (rest.length === 0) return undefined;
      return {
        kind: 'script',
        source: rest.map((word) => word.text).join(' '),
        dynamic: rest.some((word) => word.dynamic),
        dialect: 'cmd',
        via: 'inline',
        keep: false,
      };
    }
    if (!text.startsWith('/')) return undefined;
  }
  return 'stdin';
}

function unwrapAwk(words: readonly Word[]): Unwrapped | 'stdin' | undefined {
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    const text = word?.text ?? '';
    if (word === undefined) return undefined;
    if (text === '-f' || text === '--file') {
      const file = words[i + 1]?.text;
      return file === '-' || file === '/dev/stdin' ? 'stdin' : undefined;
    }
    if (text === '-e' || text === '--source') {
      const source = words[i + 1];
      return source === undefined ? undefined : codeOf(source);
    }
    if (text === '-F' || text === '-v') i++;
    else if (!text.startsWith('-') || text === '-') return codeOf(word);
  }
  return undefined;
}

/** Code without a blank behind its option: `perl -e'…'`. A cluster of letters is told apart by what follows. */
const GLUED: Readonly<Record<string, RegExp | undefined>> = {
  perl: /^-[eE][^]*[^a-zA-Z0-9]/,
  ruby: /^-e[^]*[^a-zA-Z0-9]/,
  php: /^-r[^]*[^a-zA-Z0-9]/,
  lua: /^-e./,
  osascript: /^-e./,
};

function unwrapCode(
  words: readonly Word[],
  options: readonly string[],
  name: string,
): Unwrapped | 'stdin' | undefined {
  const parts: Word[] = [];
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    const text = word?.text ?? '';
    if (word === undefined) continue;
    if (options.includes(text)) {
      const value = words[i + 1];
      if (value !== undefined) parts.push(value);
      // `python -c` takes one program; what follows are its arguments. Perl, Ruby and osascript join several.
      if (name === 'python' || name === 'node') break;
      i++;
    } else if (text.startsWith('--eval=') || text.startsWith('--print=')) {
      parts.push({ text: text.slice(text.indexOf('=') + 1), dynamic: word.dynamic });
    } else if (name === 'python' && text.startsWith('-c')) {
      parts.push({ text: text.slice(2), dynamic: word.dynamic });
      break;
    } else if (name === 'python' && /^-[BEIOPSbdiqsuvx]+c$/.test(text)) {
      const value = words[i + 1];
      if (value !== undefined) parts.push(value);
      break;
    } else if (GLUED[name]?.test(text) === true) {
      parts.push({ ...word, text: text.slice(2) });
    } else if (name === 'perl' && /^-[a-zA-Z0-9]*[eE]$/.test(text)) {
      const value = words[i + 1];
      if (value !== undefined) parts.push(value);
      i++;
    } else if (text === '-' || text === '/dev/stdin') return 'stdin';
    else if (text === '-m' || !text.startsWith('-')) break;
    else if (text === '-W' || text === '-X' || text === '-r' || text === '--require' || text === '--import')
      i++;
    if (i === words.length - 1 && parts.length === 0) return 'stdin';
  }
  if (parts.length === 0) return words.length === 1 ? 'stdin' : undefined;
  return {
    kind: 'code',
    source: parts.map((part) => part.text).join('\n'),
    dynamic: parts.some((part) => part.dynamic),
    ...(parts.some((part) => part.decoded === true) ? { decoded: true } : {}),
  };
}
