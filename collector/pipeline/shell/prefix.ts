import { PREFIXES } from './prefix-table.ts';
import type { PrefixSpec } from './prefix-table.ts';
import type { Word } from './state.ts';
import { takesNext } from './unwrapped.ts';
import type { Unwrapped } from './unwrapped.ts';

const TAKES = new Map<PrefixSpec, ReadonlySet<string>>();

/** The words a prefix program runs, or `undefined` when it runs none (`sudo -l`, bare `env`). */
export function unwrapPrefix(program: string, words: readonly Word[]): Unwrapped | undefined {
  const spec = Object.hasOwn(PREFIXES, program) ? PREFIXES[program] : undefined;
  if (spec === undefined) return undefined;
  let takes = TAKES.get(spec);
  if (takes === undefined) {
    takes = new Set(spec.takes?.split(' ') ?? []);
    TAKES.set(spec, takes);
  }
  const assignments: Record<string, string> = {};
  let operands = spec.operands ?? 0;
  let verb = spec.verb;
  let where: string | undefined;
  let cwd: string | undefined;
  let ended = false;
  let index = 0;
  for (let i = 1; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (!ended && text === '--') {
      ended = verb === undefined && operands === 0;
      continue;
    }
    if (!ended && text.startsWith('-') && text.length > 1) {
      if (spec.asks?.includes(text) === true) return undefined;
      const split = program === 'env' ? splitStringStart(text) : undefined;
      if (split !== undefined) return splitString(words, i, split);
      if (takesNext(text, takes)) {
        if (text === '-C' || text === '--chdir' || text === '-D' || text === '-w') cwd = words[i + 1]?.text;
        i++;
      }
      continue;
    }
    if (!ended && text.startsWith('+')) continue;
    if (verb !== undefined) {
      if (!verb.includes(text)) return undefined;
      verb = undefined;
      continue;
    }
    if (spec.assignments === true) {
      const equals = /^[A-Za-z_]\w*=/.exec(text);
      if (equals !== null) {
        assignments[equals[0].slice(0, -1)] = text.slice(equals[0].length);
        continue;
      }
    }
    if (operands > 0) {
      if (spec.where === index) where = text;
      index++;
      operands--;
      continue;
    }
    return {
      kind: 'words',
      words: words.slice(i),
      via: spec.via ?? 'wrapper',
      keep: spec.keep === true,
      ...(spec.elevated === true ? { elevated: true } : {}),
      ...(spec.elsewhere === true ? { elsewhere: true } : {}),
      ...(where === undefined ? {} : { where }),
      ...(cwd === undefined || program !== 'env' ? {} : { cwd }),
      assignments,
    };
  }
  return undefined;
}

/** What is glued to the `-S` of `env`: `-S`, `-vS`, `-S'cat x'`, `--split-string=cat x`; `undefined` for other options. */
function splitStringStart(option: string): string | undefined {
  return /^(?:-[iv0]*S|--split-string=?)([^]*)$/.exec(option)?.[1];
}

function splitString(words: readonly Word[], at: number, inline: string): Unwrapped {
  const rest = words.slice(at + 1);
  const source = [inline, ...rest.map((word) => word.text)].join(' ');
  return {
    kind: 'script',
    source,
    dynamic: rest.some((word) => word.dynamic),
    dialect: 'posix',
    via: 'wrapper',
    keep: false,
  };
}

export function isPrefixProgram(name: string): boolean {
  return Object.hasOwn(PREFIXES, name);
}
