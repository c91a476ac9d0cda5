import { BASE64, DOT, EQUALS, WORD, isOf, runEnd, startsWord } from './alphabet.ts';
import { decodeBase64Text, isBasicPair } from './base64.ts';
import { pipedSecret, programSecrets, SECRET_PROGRAMS } from './commands.ts';
import { isFiller, isPlaceholder } from './placeholders.ts';
import { AI_SHAPES } from './shapes-ai.ts';
import { CLOUD_SHAPES } from './shapes-cloud.ts';
import { CODE_SHAPES } from './shapes-code.ts';
import { SAAS_SHAPES } from './shapes-saas.ts';
import {
  awsSecretNear,
  entraSecret,
  jwt,
  openAiMarker,
  privateKey,
  teamsWebhook,
  telegramToken,
  type Matcher,
} from './structured.ts';
import type { SecretMatch, Shape, Sink } from './types.ts';
import { url } from './urls.ts';
import { bearer, named, readValue } from './values.ts';

/** Every token format known by its prefix. */
export const SHAPES: readonly Shape[] = [...AI_SHAPES, ...CODE_SHAPES, ...CLOUD_SHAPES, ...SAAS_SHAPES];

/**
 * Work beyond the one pass that a text may cause: a fixed part and a part per character. Ordinary text stays under one
 * per character. A text that costs more is built to, and is hidden from that place on.
 */
const WORK_BASE = 200_000;
const WORK_PER_CHAR = 12;
const MAX_TOKEN = 16_384;
const MIN_ENCODED = 20;

interface Trigger {
  readonly literal: string;
  /** Compare without case. */
  readonly fold: boolean;
  /** Returns where to look on; at or before the keyword means nothing was consumed. */
  readonly run: (text: string, index: number, scan: Scan) => number;
}

interface Scan extends Sink {
  /** End of the last identifier that was judged: several keywords in one name are one name. */
  nameEnd: number;
  readonly nested: boolean;
}

/** Does the format hold at `index`, where its prefix stands? */
export function matchShape(text: string, index: number, shape: Shape): SecretMatch | undefined {
  const whole = startsWord(text, index);
  if (shape.strict && !whole) return undefined;
  const start = index + shape.prefix.length;
  const limit = !shape.strict ? MAX_TOKEN : shape.lengths.length > 0 ? Math.max(...shape.lengths) + 1 : 512;
  let end = runEnd(text, start, shape.body, limit);
  if (shape.strict) while (end > start && isOf(DOT, text.charCodeAt(end - 1))) end--;
  const length = end - start;
  if (length < shape.min) return undefined;
  const full = shape.lengths.length === 0 ? length < limit || !shape.strict : shape.lengths.includes(length);
  if (!full && (shape.strict || (!whole && shape.prefix.length < 6))) return undefined;
  if (shape.strict && isOf(WORD, text.charCodeAt(end))) return undefined;
  const body = text.slice(start, Math.min(end, start + 512));
  if (shape.pattern !== undefined && !shape.pattern.test(body)) return undefined;
  const placeholder = isFiller(body);
  if (!placeholder && isIdentifier(body) && (shape.lengths.length === 0 || !full)) return undefined;
  const proven = shape.check !== undefined && full ? shape.check(text.slice(index, end)) : undefined;
  const confidence = proven === undefined ? (full ? 'high' : 'medium') : proven ? 'high' : 'low';
  return { kind: shape.kind, provider: shape.provider, start: index, end, confidence, placeholder };
}

/** `smithery_connection_manager`: words of a program, not a token. */
function isIdentifier(body: string): boolean {
  return /^[a-z]+(?:[-_.][a-z]+)+$|^[A-Z]+(?:_[A-Z]+)+$|^[a-z]+(?:[A-Z][a-z]+)+$/.test(body.slice(0, 200));
}

function fromShape(shape: Shape): Trigger {
  const pairs = shape.kind === 'aws-access-key-id' || shape.kind === 'aws-temporary-key-id';
  return {
    literal: shape.prefix,
    fold: false,
    run: (text, index, scan) => {
      const match = matchShape(text, index, shape);
      if (match === undefined) return index;
      scan.out.push(match);
      const secret = pairs ? awsSecretNear(text, match.end) : undefined;
      if (secret !== undefined) scan.out.push(secret);
      return match.end;
    },
  };
}

function structured(literal: string, matcher: Matcher): Trigger {
  return {
    literal,
    fold: false,
    run: (text, index, scan) => {
      const match = matcher(text, index);
      if (match !== undefined) scan.out.push(match);
      return match?.end ?? index;
    },
  };
}

const nameTrigger = (literal: string): Trigger => ({
  literal,
  fold: true,
  run: (text, index, scan) => {
    if (index >= scan.nameEnd) scan.nameEnd = named(text, index, scan);
    if (literal === 'bearer') bearer(text, index, scan);
    return index;
  },
});

const programTrigger = (program: string): Trigger => ({
  literal: `${program} `,
  fold: false,
  run: (text, index, scan) => {
    programSecrets(text, index, program, scan);
    return index;
  },
});

const TRIGGERS: readonly Trigger[] = [
  ...SHAPES.map(fromShape),
  structured('eyJ', jwt),
  structured('PRIVATE KEY', privateKey),
  structured(':AA', telegramToken),
  structured('T3BlbkFJ', openAiMarker),
  structured('webhook.office.com/webhookb2/', teamsWebhook),
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => structured(`${digit}Q~`, entraSecret)),
  ...['pass', 'pwd', 'secret', 'token', 'key', 'auth', 'credential', 'cookie', 'bearer', 'jwt', '_pat'].map(
    nameTrigger,
  ),
  ...Object.keys(SECRET_PROGRAMS).map(programTrigger),
  {
    literal: '://',
    fold: false,
    run: (text, index, scan) => {
      url(text, index, scan);
      return index;
    },
  },
  {
    literal: 'identified by',
    fold: true,
    run: (text, index, scan) => {
      const at = index + 'identified by'.length + 1;
      const value = readValue(text, at, /[\s;,)]/);
      if (value.end - value.start >= 3 && value.quoted)
        scan.out.push({
          kind: 'database-password',
          provider: 'database',
          start: value.start,
          end: value.end,
          confidence: 'medium',
          placeholder: isPlaceholder(text.slice(value.start, value.end)),
        });
      return index;
    },
  },
  ...['--password-stdin', 'sudo -S'].map((literal): Trigger => ({
    literal,
    fold: false,
    run: (text, index, scan) => {
      pipedSecret(text, index, scan);
      return index;
    },
  })),
];

// Six bits for each of the characters that start a keyword, case folded; bit 6 marks base64 characters.
const CODES = new Uint8Array(128);
const START_CHARS = 'abcdefghijklmnopqrstuvwxyz0123456789_-.:/=@~+ ';
for (let i = 0; i < START_CHARS.length; i++) {
  CODES[START_CHARS.charCodeAt(i)] = i + 1;
  CODES[START_CHARS.charAt(i).toUpperCase().charCodeAt(0)] = i + 1;
}
for (let c = 0; c < 128; c++) if (isOf(BASE64 & ~EQUALS, c)) CODES[c] = (CODES[c] ?? 0) | 64;

/** Index of the triggers that start with these three characters, plus one; zero for most. */
const BUCKET_OF = new Uint8Array(1 << 18);
const BUCKETS: Trigger[][] = [];
for (const trigger of [...TRIGGERS].sort((a, b) => b.literal.length - a.literal.length)) {
  let hash = 0;
  for (let i = 0; i < 3; i++) hash = (hash << 6) | ((CODES[trigger.literal.charCodeAt(i)] ?? 0) & 63);
  const known = BUCKET_OF[hash] ?? 0;
  if (known === 0) {
    BUCKETS.push([trigger]);
    BUCKET_OF[hash] = BUCKETS.length;
  } else BUCKETS[known - 1]?.push(trigger);
}
if (BUCKETS.length > 255) throw new Error('more keyword starts than a byte can number');

/** One pass: three characters at a time name the keywords that may start here; almost always there are none. */
function scanText(text: string, scan: Scan): void {
  const length = text.length;
  // Locals: the loop below runs once per character of everything Reeve stores.
  const codes = CODES;
  const bucketOf = BUCKET_OF;
  const maxWork = WORK_BASE + WORK_PER_CHAR * length;
  let hash = 0;
  let blockStart = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    const code = unit < 128 ? (codes[unit] ?? 0) : 0;
    hash = ((hash << 6) | (code & 63)) & 0x3ffff;
    const bucket = bucketOf[hash] ?? 0;
    if (bucket !== 0 && i >= 2) {
      const next = runBucket(text, i - 2, bucket, scan);
      if (next > i) {
        i = next - 1;
        hash = 0;
        blockStart = next;
        continue;
      }
      if (scan.work > maxWork) {
        scan.out.push({
          kind: 'unreadable',
          provider: 'unknown',
          start: i,
          end: length,
          confidence: 'low',
          placeholder: false,
        });
        return;
      }
    }
    if (code < 64) {
      if (i - blockStart >= MIN_ENCODED) encoded(text, blockStart, i, scan);
      blockStart = i + 1;
    }
  }
  if (length - blockStart >= MIN_ENCODED) encoded(text, blockStart, length, scan);
}

function runBucket(text: string, index: number, bucket: number, scan: Scan): number {
  for (const trigger of BUCKETS[bucket - 1] ?? []) {
    const { literal } = trigger;
    const here = trigger.fold
      ? text.slice(index, index + literal.length).toLowerCase() === literal
      : text.startsWith(literal, index);
    if (!here) continue;
    const next = trigger.run(text, index, scan);
    if (next > index) return next;
  }
  return index;
}

/** A base64 run that hides text with a secret in it: the whole run goes. One layer only. */
function encoded(text: string, start: number, end: number, scan: Scan): void {
  if (scan.nested) return;
  const tail = runEnd(text, end, EQUALS, 3);
  const body = text.slice(start, end);
  const inner = decodeBase64Text(body);
  if (inner === undefined) return;
  const nested: Scan = { out: [], work: 0, nameEnd: 0, nested: true };
  scanText(inner, nested);
  const first = nested.out[0];
  if (first !== undefined) scan.out.push({ ...first, start, end: tail });
  else if (isBasicPair(body) && /basic\s*$/i.test(text.slice(Math.max(0, start - 8), start)))
    scan.out.push({
      kind: 'basic-auth',
      provider: 'unknown',
      start,
      end: tail,
      confidence: 'medium',
      placeholder: false,
    });
}

const SHAPE_KINDS = new Set(SHAPES.map((entry) => entry.kind));

/** A known shape says more than a name beside it, even with a wrong checksum. */
function surety(match: SecretMatch): number {
  return RANK[match.confidence] + (SHAPE_KINDS.has(match.kind) ? 3 : 0);
}

const RANK = { low: 0, medium: 1, high: 2 } as const;

const NONE: readonly SecretMatch[] = [];
/** A value is often asked about twice in a row: by its shape, then by its name. One with a secret is never kept. */
let lastSpotless = '';
const MAX_KEPT = 4_096;

/**
 * Finds every secret in a text.
 * @returns matches in order, never overlapping: overlapping ones are joined under the surest kind. Positions only.
 *   Never throws; linear in the length of the text.
 */
export function findSecrets(text: string): readonly SecretMatch[] {
  if (text === lastSpotless) return NONE;
  const scan: Scan = { out: [], work: 0, nameEnd: 0, nested: false };
  scanText(text, scan);
  if (scan.out.length === 0 && text.length <= MAX_KEPT) lastSpotless = text;
  if (scan.out.length < 2) return scan.out;
  const merged: SecretMatch[] = [];
  for (const match of scan.out.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged[merged.length - 1];
    if (last === undefined || match.start >= last.end) {
      merged.push(match);
      continue;
    }
    const surer = surety(match) > surety(last) ? match : last;
    merged[merged.length - 1] = { ...surer, start: last.start, end: Math.max(last.end, match.end) };
  }
  return merged;
}
