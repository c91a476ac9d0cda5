const ESC = 0x1b;
/** Longer sequences (titles, pictures, clipboard) change no mode that is followed here. */
const MAX_SEQUENCE = 48;

/** DEC private modes that are off in a terminal at rest: a program that turns one on must turn it off again. */
const OFF_AT_REST = new Set([
  1, 9, 47, 66, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 1047, 1049, 2004, 2026, 2031, 2048,
]);
/** Wrapping and the cursor: on at rest. */
const ON_AT_REST = new Set([7, 25]);
const ALTERNATE_SCREENS = [47, 1047, 1049];
/** No program stacks more keyboard levels; a hostile one must not make the undo long. */
const MAX_KEYBOARD_LEVELS = 16;

/**
 * Follows which terminal modes a program has switched on in its output, to undo them when it dies without having
 * done so itself. Linear in the bytes; sequences may be split anywhere between two pieces.
 * Sequences as in xterm's ctlseqs (patch 400, read 2026-11) and the kitty keyboard protocol.
 */
export class TerminalModes {
  readonly #changed = new Set<number>();
  #keyboardLevels = 0;
  #keypad = false;
  #otherKeys = false;
  #carry: Buffer = Buffer.alloc(0);

  feed(bytes: Buffer): void {
    const data = this.#carry.length === 0 ? bytes : Buffer.concat([this.#carry, bytes]);
    this.#carry = Buffer.alloc(0);
    let at = data.indexOf(ESC);
    while (at !== -1) {
      const end = this.#sequence(data, at + 1);
      if (end === undefined) {
        // A copy: a view would keep the whole piece in memory.
        this.#carry = Buffer.from(data.subarray(at));
        return;
      }
      at = data.indexOf(ESC, end);
    }
  }

  /** What brings the terminal back to rest; empty when it is. */
  undo(): string {
    const parts: string[] = [];
    if (this.#keyboardLevels > 0) parts.push(`\x1b[<${this.#keyboardLevels}u`);
    if (this.#otherKeys) parts.push('\x1b[>4m');
    if (this.#keypad) parts.push('\x1b>');
    for (const mode of this.#changed) {
      if (ON_AT_REST.has(mode)) parts.push(`\x1b[?${mode}h`);
      else if (!ALTERNATE_SCREENS.includes(mode)) parts.push(`\x1b[?${mode}l`);
    }
    // Last: some of the others belong to the alternate screen.
    for (const mode of ALTERNATE_SCREENS) if (this.#changed.has(mode)) parts.push(`\x1b[?${mode}l`);
    return parts.length === 0 ? '' : `${parts.join('')}\x1b[m`;
  }

  /** @returns where to go on, or `undefined` when the sequence is not complete */
  #sequence(data: Buffer, from: number): number | undefined {
    const kind = data[from];
    if (kind === undefined) return undefined;
    if (kind === 0x3d || kind === 0x3e) this.#keypad = kind === 0x3d; // ESC = and ESC >
    if (kind === 0x63) this.#reset(); // ESC c
    if (kind !== 0x5b) return from; // not ESC [; what follows may be an escape itself
    for (let at = from + 1; at < from + MAX_SEQUENCE; at++) {
      const byte = data[at];
      if (byte === undefined) return undefined;
      if (byte === ESC) return at;
      if (byte >= 0x40 && byte <= 0x7e) {
        this.#control(data.toString('latin1', from + 1, at), String.fromCharCode(byte));
        return at + 1;
      }
    }
    return from + MAX_SEQUENCE;
  }

  #control(parameters: string, final: string): void {
    const first = parameters[0];
    if (first === '?' && (final === 'h' || final === 'l')) {
      for (const text of parameters.slice(1).split(';')) this.#mode(Number(text), final === 'h');
    } else if (first === '>' && final === 'u') {
      this.#keyboardLevels = Math.min(this.#keyboardLevels + 1, MAX_KEYBOARD_LEVELS);
    } else if (first === '<' && final === 'u') {
      this.#keyboardLevels = Math.max(0, this.#keyboardLevels - (Number(parameters.slice(1)) || 1));
    } else if (first === '>' && final === 'm') {
      this.#otherKeys = /^>4;[1-9]/.test(parameters);
    } else if (parameters === '!' && final === 'p') this.#reset();
  }

  #mode(mode: number, on: boolean): void {
    if (!OFF_AT_REST.has(mode) && !ON_AT_REST.has(mode)) return;
    if (on === OFF_AT_REST.has(mode)) this.#changed.add(mode);
    else this.#changed.delete(mode);
  }

  #reset(): void {
    this.#changed.clear();
    this.#keyboardLevels = 0;
    this.#keypad = false;
    this.#otherKeys = false;
  }
}
