/** Personal and payment data that proves itself: what fails its check is counted as nothing. */
export interface Regulated {
  readonly cards: number;
  readonly accounts: number;
  readonly socialNumbers: number;
}

const MAX_TEXT = 65_536;
const MAX_HITS = 2_000;
const CARD = /(?<![\d.-])(?:\d[ -]?){12,18}\d(?![\d.-])/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g;
const SOCIAL = /\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b/g;
const SOCIAL_WORD = /\bssn\b|social.?security|tax.?id/i;

const NONE: Regulated = { cards: 0, accounts: 0, socialNumbers: 0 };

/** How many different numbers of each kind a text holds. Test numbers that card makers publish are left out. */
export function regulatedIn(output: string): Regulated {
  const text = output.length <= MAX_TEXT ? output : output.slice(0, MAX_TEXT);
  if (!/\d/.test(text)) return NONE;
  const cards = new Set<string>();
  const accounts = new Set<string>();
  const social = new Set<string>();
  for (const match of bounded(text, CARD)) {
    const digits = match.replace(/[ -]/g, '');
    if (ISSUED.test(digits) && !isTestCard(digits) && luhn(digits)) cards.add(digits);
  }
  for (const match of bounded(text, IBAN)) {
    const iban = match.replaceAll(' ', '');
    if (
      iban.length >= 15 &&
      iban.length <= 34 &&
      mod97(iban) === 1 &&
      !/^(?:GB29NWBK|DE89370400440532013000|FR1420041010|NL91ABNA0417164300)/.test(iban)
    )
      accounts.add(iban);
  }
  if (SOCIAL_WORD.test(text)) for (const match of bounded(text, SOCIAL)) social.add(match);
  return { cards: cards.size, accounts: accounts.size, socialNumbers: social.size };
}

function bounded(text: string, pattern: RegExp): readonly string[] {
  const found: string[] = [];
  for (const match of text.matchAll(pattern)) {
    found.push(match[0]);
    if (found.length >= MAX_HITS) break;
  }
  return found;
}

/** Beginnings and lengths of Visa, Mastercard, American Express, Discover. */
const ISSUED =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|6(?:011|5\d\d)\d{12})$/;

function isTestCard(digits: string): boolean {
  return (
    /^(?:4242|411111|400000|401288|422222|555555|545454|520082|510510|222300|378282|371449|378734|601111|601100|401200)/.test(
      digits,
    ) || /^(\d)\1+$/.test(digits.slice(1))
  );
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

function mod97(iban: string): number {
  const moved = iban.slice(4) + iban.slice(0, 4);
  let rest = 0;
  for (let i = 0; i < moved.length; i++) {
    const unit = moved.charCodeAt(i);
    rest = unit > 57 ? (rest * 100 + unit - 55) % 97 : (rest * 10 + unit - 48) % 97;
  }
  return rest;
}
