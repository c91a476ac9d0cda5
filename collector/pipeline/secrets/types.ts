import type { Confidence } from '../../contract/finding.ts';

/** A stretch of text that is a secret. Holds positions only, never the value. */
export interface SecretMatch {
  /** What it is: `github-pat`, `password`, `private-key`. Goes into `[redacted:<kind>]`. */
  readonly kind: string;
  /** Who issued it, in words: `GitHub`; `unknown` when only the name beside it spoke. */
  readonly provider: string;
  /** UTF-16 offsets, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** `high`: a checksum or the full vendor shape holds; `low`: the shape holds, its checksum does not. */
  readonly confidence: Confidence;
  /** The shape is right but the body is filler (`ghp_xxxx…`, `…EXAMPLE`): redacted all the same, never reported. */
  readonly placeholder: boolean;
}

/** Where the parts of the engine put what they find, and how much they looked at to find it. */
export interface Sink {
  readonly out: SecretMatch[];
  /** Characters looked at beyond the one pass; hostile text makes this grow, and the engine stops there. */
  work: number;
}

/** What one token format looks like. Data only; the engine is in `find.ts`. */
export interface Shape {
  readonly kind: string;
  readonly provider: string;
  /** Case-sensitive start, at least three characters of `[A-Za-z0-9_.:/=@~+-]`. */
  readonly prefix: string;
  /** Characters of the rest, as a mask of `alphabet.ts`. */
  readonly body: number;
  /** Shortest rest that counts; below `lengths`, so that a cut token is still hidden. */
  readonly min: number;
  /** Full lengths of the rest. Met: confidence high. Empty: every length from `min` on is full. */
  readonly lengths: readonly number[];
  /** Only a full length counts, and a word boundary must stand on both sides: for prefixes that occur in words. */
  readonly strict: boolean;
  /** Offline proof of the whole token, where the vendor built one in. */
  readonly check?: (token: string) => boolean;
  /** Further structure of the rest: parts and separators. Anchored, bounded. */
  readonly pattern?: RegExp;
}

/** A secret judged on its own, with what can be read from it offline. */
export interface SecretClass {
  readonly kind: string;
  readonly provider: string;
  readonly confidence: Confidence;
  readonly placeholder: boolean;
  /** Epoch milliseconds. */
  readonly issuedMs?: number;
  readonly expiresMs?: number;
  /** Who it speaks for: e-mail or subject of a JWT, user of a URL or of basic auth, AWS account. */
  readonly principal?: string;
  readonly scopes?: readonly string[];
}
