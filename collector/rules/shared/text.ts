import type { Severity } from '../../contract/finding.ts';
import type { Match } from '../rule.ts';

/** Small, linear-time readers of instruction text. Every quantifier of a regex below and in the text rules is bounded. */

/** Longest excerpt a text rule gives. */
const EXCERPT = 240;

/** Line number of an offset, from 1. */
export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** The words around an offset on one line, bounded. */
export function excerptAt(text: string, index: number, length = 120): string {
  const from = Math.max(text.lastIndexOf('\n', index - 1) + 1, index - 60);
  return text
    .slice(from, Math.min(text.length, index + length))
    .replace(/\s{1,200}/g, ' ')
    .trim()
    .slice(0, EXCERPT)
    .toWellFormed();
}

/**
 * The same text with everything quoted blanked out: code fences, indented quotes (`>`), inline code, and words in
 * quotation marks. Offsets and line breaks stay. What is quoted is talked about; what is not is said.
 */
export function unquoted(text: string): string {
  const lines = text.split('\n');
  let fence = '';
  let front = /^\uFEFF?---\s{0,10}$/.test(lines[0] ?? '');
  const out: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (front) {
      front = at === 0 || (at < MAX_FRONT_LINES && !/^---\s{0,10}$/.test(line));
      out.push(unwrapped(line));
      continue;
    }
    const mark = /^[ \t]{0,8}(`{3,10}|~{3,10})/.exec(line)?.[1];
    if (fence !== '') {
      out.push(' '.repeat(line.length));
      if (mark?.startsWith(fence) === true) fence = '';
    } else if (mark !== undefined) {
      fence = mark;
      out.push(' '.repeat(line.length));
    } else if (/^[ \t]{0,8}>/.test(line)) out.push(' '.repeat(line.length));
    else out.push(blankQuotes(line));
  }
  return out.join('\n');
}

const MAX_FRONT_LINES = 200;

/** Quotation marks around a whole value of front matter are its spelling, and quote nobody. */
function unwrapped(line: string): string {
  const value = /^([ \t]{0,20}(?:[\w.-]{1,100}:|-)[ \t]{1,20})(["'])(.{0,20000})\2[ \t]{0,20}$/.exec(line);
  return value === null ? blankQuotes(line) : `${value[1] ?? ''} ${value[3] ?? ''} `;
}

const PAIRS = new Map([
  ['`', '`'],
  ['"', '"'],
  ['\u201c', '\u201d'],
  ['\u201e', '\u201c'],
  ['\u00ab', '\u00bb'],
  ['\u2018', '\u2019'],
  ['\u300c', '\u300d'],
]);
const MAX_QUOTE = 600;

function blankQuotes(line: string): string {
  let out = '';
  let i = 0;
  while (i < line.length) {
    const close = PAIRS.get(line.charAt(i));
    const end = close === undefined ? -1 : line.slice(i + 1, i + 1 + MAX_QUOTE).indexOf(close);
    if (end < 0) {
      out += line.charAt(i);
      i++;
    } else {
      out += ' '.repeat(end + 2);
      i += end + 2;
    }
  }
  return out;
}

/** The document is about attacks on agents: it names them as what they are. */
export function isAboutAttacks(text: string): boolean {
  const words = text.match(
    /prompt[ -]injections?|jail ?break(?:s|ing)?|red[ -]team(?:ing)?|adversarial|OWASP|MITRE|threat model|injection attack|malicious instruction|social engineering|phishing|attacker/gi,
  );
  return words !== null && words.length >= 2;
}

/**
 * What is said of a text about attacks: such a text names what it warns of, so the alarm is smaller. It is never
 * silent: two words more would otherwise make a hostile text invisible.
 */
export function doubted(text: string, severity: Severity): Pick<Match, 'severity' | 'confidence'> {
  return isAboutAttacks(text) ? { severity: 'medium', confidence: 'low' } : { severity };
}

const NEGATED =
  /\b(?:never|not|don['\u2019]?t|avoid|forbid\w{0,5}|prohibit\w{0,5}|refuse\w{0,3}|reject|block|detect|flag|instead of|rather than|warn\w{0,4}|beware|dangerous|insecure|malicious|attacks?|e\.g\.|example|such as|like)\b/i;

/** A word before `index` on the same line takes the sentence back: "never run …", "such as …". */
export function isNegatedBefore(text: string, index: number, reach = 80): boolean {
  const near = text.slice(Math.max(0, index - reach), index);
  const head = near.slice(near.lastIndexOf('\n') + 1);
  const sentence = head.slice(
    Math.max(head.lastIndexOf('. '), head.lastIndexOf('; '), head.lastIndexOf('! ')) + 1,
  );
  return NEGATED.test(sentence);
}

/** Things nobody has a right to in an instruction: secrets, and the places they lie in. */
export const SENSITIVE_OBJECT =
  /~\/\.(?:ssh|aws|gnupg|kube|docker|netrc|config\/gh|claude)|(?<!\w)\.env\b|id_(?:rsa|ed25519)|\b(?:ssh|private|api|access) keys?\b|\b(?:credentials?|passwords?|secrets?|access tokens?|api tokens?|auth tokens?|keychain|wallets?|seed phrase|cookies|kubeconfig|environment variables|shell history|conversation history|chat history|system prompt)\b/i;

/** Words that move something out of the machine. */
export const SEND_VERB =
  /\b(?:send|upload|post|exfiltrate|transmit|forward|e-?mail|submit|curl|wget|fetch|append .{0,30} to the url)\b/i;

export const ADDRESS = /\b(?:https?|wss?|ftp):\/\/|\bwebhook\b|\b[\w.+-]{1,64}@[\w-]{1,64}\.[a-z]{2,10}\b/i;
