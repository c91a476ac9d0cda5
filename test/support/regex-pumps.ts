import { type AST, parseRegExpLiteral } from '@eslint-community/regexpp';

const MAX_DEPTH = 6;
const MAX_PREFIX = 200;
const MAX_TEXTS = 60;
/** Longer repetitions may be as bad as endless ones. */
const MANY = 50;
const CHARACTERS = 'a /0-.A_\n=:"\'\\($#;@{<%'.split('');

/** A text that makes a regex work: `start` once, then `part` again and again. */
export interface Pump {
  readonly start: string;
  readonly part: string;
}

/**
 * Texts on which a regex could take more than linear time, made from what it matches: what stands before each
 * repetition, what is repeated, and both together, each in a few ways. Not complete, and deterministic.
 */
export function pumpsOf(source: string, flags: string): Pump[] {
  const found = new Map<string, Pump>();
  const add = (start: string, part: string): void => {
    if (part !== '') found.set(`${start}\u0000${part}`, { start, part });
  };
  const walk = (alternatives: readonly AST.Alternative[], before: string, depth: number): void => {
    for (const { elements } of alternatives) {
      let prefix = before;
      for (const element of elements) {
        visit(element, prefix, depth);
        prefix = (prefix + sample(element, 0)).slice(-MAX_PREFIX);
      }
      for (const way of [0, 1, 2])
        add(
          '',
          elements
            .map((element) => sample(element, way))
            .join('')
            .slice(0, MAX_PREFIX),
        );
    }
  };
  const visit = (element: AST.Element, prefix: string, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (element.type === 'Quantifier') {
      if (element.max > MANY) {
        for (const way of [0, 1, 2]) {
          const part = sample(element.element, way);
          add('', part);
          add(prefix, part);
          add('', prefix + part);
        }
        add('', prefix);
      }
      if ('alternatives' in element.element) walk(element.element.alternatives, prefix, depth + 1);
    } else if ('alternatives' in element) walk(element.alternatives, prefix, depth + 1);
  };
  walk(parseRegExpLiteral(`/${source}/${flags}`).pattern.alternatives, '', 0);
  return [...found.values()].slice(0, MAX_TEXTS);
}

/** Something the element matches; another way, something else where there is a choice. */
function sample(element: AST.Element, way: number): string {
  switch (element.type) {
    case 'Character':
      return String.fromCodePoint(element.value);
    case 'CharacterSet':
    case 'CharacterClass': {
      const flags = /\\u\{|\\p\{/i.test(element.raw) ? 'su' : 's';
      const one = new RegExp(`^${element.raw}$`, flags);
      const fitting = CHARACTERS.filter((char) => one.test(char));
      return fitting[way % fitting.length] ?? '';
    }
    case 'Group':
    case 'CapturingGroup': {
      const chosen = element.alternatives[way % element.alternatives.length];
      return (chosen?.elements ?? []).map((one) => sample(one, way)).join('');
    }
    case 'Quantifier': {
      const times = way % 2 === 0 ? Math.max(element.min, 1) : element.min;
      return sample(element.element, way).repeat(Math.min(times, element.max, 40));
    }
    default:
      return '';
  }
}
