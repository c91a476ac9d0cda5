/** Bits for about a million ids at one wrong "maybe" in three hundred; with four million it is one in five. */
const BITS = 2 ** 24;
const PROBES = 3;

/**
 * Tells of most ids, without asking the database, that they are not stored (a Bloom filter over `hash53`). Its bits
 * may be shared between threads. What was added is never denied; what was not may be taken for known, so a "maybe"
 * must be looked up.
 */
export class IdFilter {
  /** To hand to another thread, which makes its own `IdFilter` of it. */
  readonly bits: Int32Array;

  constructor(bits: Int32Array = new Int32Array(new SharedArrayBuffer(BITS / 8))) {
    this.bits = bits;
  }

  /**
   * For whoever holds the lock of the store: so only one thread adds at a time.
   * @returns whether it was certainly not there before
   */
  add(hash: number): boolean {
    const { bits } = this;
    const mask = bits.length * 32 - 1;
    const step = stepOf(hash);
    let at = hash | 0;
    let isNew = false;
    for (let n = 0; n < PROBES; n++) {
      const bit = mixed(at) & mask;
      const word = bits[bit >>> 5] ?? 0;
      if ((word & (1 << (bit & 31))) === 0) {
        isNew = true;
        bits[bit >>> 5] = word | (1 << (bit & 31));
      }
      at = (at + step) | 0;
    }
    return isNew;
  }

  mayHave(hash: number): boolean {
    const { bits } = this;
    const mask = bits.length * 32 - 1;
    const step = stepOf(hash);
    let at = hash | 0;
    for (let n = 0; n < PROBES; n++) {
      const bit = mixed(at) & mask;
      if (((bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
      at = (at + step) | 0;
    }
    return true;
  }
}

/** Odd, from the upper bits of the hash; the lower 32 are where the probes begin. */
function stepOf(hash: number): number {
  return Math.imul((hash / 2 ** 21) | 0, 0x9e3779b1) | 1;
}

/** Neighbouring numbers to far apart ones (the finalizer of MurmurHash3). */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
