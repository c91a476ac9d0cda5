import type { ShellDialect, ShellVia } from '../../contract/shell.ts';
import type { Word } from './state.ts';

/** What a wrapper runs. */
export type Unwrapped =
  | {
      /** The words from `from` on are a command of their own. */
      readonly kind: 'words';
      readonly words: readonly Word[];
      readonly via: ShellVia;
      /** The wrapper is worth a command of its own: `ssh host …`, `docker run --privileged …`. */
      readonly keep: boolean;
      readonly elevated?: boolean;
      readonly elsewhere?: boolean;
      readonly where?: string;
      readonly cwd?: string;
      readonly assignments?: Readonly<Record<string, string>>;
    }
  | {
      /** Text in a shell language. */
      readonly kind: 'script';
      readonly source: string;
      readonly dynamic: boolean;
      readonly decoded?: boolean;
      readonly dialect: ShellDialect;
      readonly via: ShellVia;
      readonly keep: boolean;
      readonly positional?: readonly string[];
      /** `eval` and `trap` run in the shell itself: their assignments and `cd` stay. */
      readonly sameShell?: boolean;
      readonly elevated?: boolean;
      readonly elsewhere?: boolean;
      readonly where?: string;
    }
  | { readonly kind: 'code'; readonly source: string; readonly dynamic: boolean; readonly decoded?: boolean };

/** Shell text that a wrapper takes as one word. */
export function scriptOf(word: Word): {
  kind: 'script';
  source: string;
  dynamic: boolean;
  decoded?: boolean;
  dialect: 'posix';
} {
  return {
    kind: 'script',
    source: word.text,
    dynamic: word.dynamic,
    dialect: 'posix',
    ...(word.decoded === true ? { decoded: true } : {}),
  };
}

/** The word behind the first of these options, or glued to a long one by `=`. */
export function valueAfter(words: readonly Word[], ...options: readonly string[]): Word | undefined {
  for (let i = 1; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (options.includes(text)) return words[i + 1];
    for (const option of options) {
      if (option.startsWith('--') && text.startsWith(`${option}=`)) {
        return { text: text.slice(option.length + 1), dynamic: words[i]?.dynamic === true };
      }
    }
  }
  return undefined;
}

/** Index of the first word that is no option nor the value of one; `-1` when there is none. */
export function firstOperand(words: readonly Word[], takes: ReadonlySet<string>, from = 1): number {
  for (let i = from; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (text === '--') return i + 1 < words.length ? i + 1 : -1;
    if (!text.startsWith('-') || text === '-') return i;
    if (takesNext(text, takes)) i++;
  }
  return -1;
}

/** Whether an option eats the next word: `-u`, and the end of a cluster, `-iu bob`; not `-ubob`, `--user=bob`. */
export function takesNext(option: string, takes: ReadonlySet<string>): boolean {
  if (takes.has(option)) return true;
  if (option.length < 3 || option.charCodeAt(1) === DASH || !/^-[A-Za-z]+$/.test(option)) return false;
  for (let i = 1; i < option.length; i++)
    if (takes.has(`-${option[i] ?? ''}`)) return i === option.length - 1;
  return false;
}

const DASH = 45;

/** Words as one text, the way `ssh` and `eval` read theirs. */
export function joined(words: readonly Word[]): Word {
  return {
    text: words.map((word) => word.text).join(' '),
    dynamic: words.some((word) => word.dynamic),
    ...(words.some((word) => word.decoded === true) ? { decoded: true as const } : {}),
  };
}
