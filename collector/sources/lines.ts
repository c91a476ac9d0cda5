const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const EMPTY = Buffer.alloc(0);

export interface LineSplitterOptions {
  /** Offset in the file of the first byte that will be added. */
  readonly offsetBytes: number;
  /** A line with more bytes than this before its newline is skipped and counted, never held whole. */
  readonly maxLineBytes: number;
  /** How many bytes the caller adds at a time; also the size the buffer goes back to after a long line. */
  readonly chunkBytes: number;
  /** The first byte to come lies inside a line already counted as too long. */
  readonly insideOversizeLine?: boolean;
  /** `chunkBytes` bytes to work in, so that a reader of many files need not allocate for each. */
  readonly buffer?: Buffer;
}

/**
 * Splits appended bytes into whole lines without copying them. Pure: the caller reads into `buffer` and asks for lines.
 *
 *     const free = splitter.room();           // how many bytes fit at buffer[filled]
 *     splitter.added(readSync(fd, splitter.buffer, splitter.filled, free, position));
 *     while (splitter.next()) use(splitter.buffer, splitter.start, splitter.end);
 *
 * A line ends at "\n"; one "\r" before it belongs to the ending. NUL bytes in front of a line are left out: a writer
 * that keeps its position while the file is cut leaves a hole of them. Bytes after the last newline wait.
 */
export class LineSplitter {
  buffer: Buffer;
  filled = 0;
  /** The current line, valid until the next call of `room`. */
  start = 0;
  end = 0;
  /** NUL bytes left out in front of the current line. */
  nulBytes = 0;
  /** Lines found too long so far. */
  oversize = 0;

  readonly #maxLineBytes: number;
  readonly #chunkBytes: number;
  /** File offset of `buffer[0]`. */
  #base: number;
  /** Where the unfinished line begins in `buffer`. */
  #lineStart = 0;
  /** Bytes before this hold no newline that was not yet delivered. */
  #scanned = 0;
  #skipping: boolean;
  /** `buffer` up to `filled`: a search must not run on into old bytes. */
  #view: Buffer;
  /** `buffer` was made here, for a long line, and nobody else holds it. */
  #isOwn = false;

  constructor(options: LineSplitterOptions) {
    this.#maxLineBytes = options.maxLineBytes;
    this.#chunkBytes = options.chunkBytes;
    this.#base = options.offsetBytes;
    this.#skipping = options.insideOversizeLine ?? false;
    this.buffer = options.buffer ?? Buffer.allocUnsafe(options.chunkBytes);
    this.#view = this.buffer.subarray(0, 0);
  }

  /** File offset after the last delivered or skipped byte: where reading resumes after a restart. */
  get consumedBytes(): number {
    return this.#base + this.#lineStart;
  }

  /** File offset of the first byte of the current line. */
  get lineOffsetBytes(): number {
    return this.#base + this.start;
  }

  /** `true` while the bytes at `consumedBytes` belong to a line that is too long. */
  get insideOversizeLine(): boolean {
    return this.#skipping;
  }

  /** Makes room and returns how many bytes may be added: at least half a chunk, at most one. Forgets every line delivered so far. */
  room(): number {
    const carry = this.filled - this.#lineStart;
    if (this.#lineStart > 0) {
      if (carry > 0) this.buffer.copyWithin(0, this.#lineStart, this.filled);
      this.#base += this.#lineStart;
      this.#scanned -= this.#lineStart;
      this.#lineStart = 0;
      this.filled = carry;
    }
    const half = this.#chunkBytes / 2;
    // A long line doubles the buffer, so that it is copied a bounded number of times; after it the memory goes back.
    if (this.buffer.length - carry < half) this.#resize(this.#nextSize(carry + half));
    else if (this.buffer.length > this.#chunkBytes && carry <= half) this.#resize(this.#chunkBytes);
    else if (this.buffer.length > 4 * this.#chunkBytes && carry <= this.#chunkBytes)
      this.#resize(2 * this.#chunkBytes);
    return Math.min(this.buffer.length - carry, this.#chunkBytes);
  }

  /** Gives back what a long line took, before somebody works on its text. Forgets every line delivered so far. */
  rest(): void {
    if (this.buffer.length === this.#chunkBytes) return;
    this.room();
    this.#view = this.buffer.subarray(0, this.filled);
  }

  /** Says how many bytes were written at `buffer[filled]`. */
  added(bytes: number): void {
    this.filled += bytes;
    this.#view = this.buffer.subarray(0, this.filled);
  }

  /** Moves to the next whole line. @returns `false` when more bytes are needed. */
  next(): boolean {
    for (;;) {
      const newline = this.#view.indexOf(NEWLINE, this.#scanned);
      if (newline < 0) {
        this.#scanned = this.filled;
        this.#dropOversizeCarry();
        return false;
      }
      const start = this.#lineStart;
      this.#lineStart = newline + 1;
      this.#scanned = newline + 1;
      if (this.#skipping) {
        this.#skipping = false;
        continue;
      }
      if (newline - start > this.#maxLineBytes) {
        this.oversize += 1;
        continue;
      }
      this.#setLine(start, newline);
      return true;
    }
  }

  /** The largest size halved as often as it may be: so the last two, which are there together for a moment, are not both large. */
  #nextSize(least: number): number {
    let size = this.#maxLineBytes + 2 * this.#chunkBytes;
    while (size / 2 >= least) size = Math.ceil(size / 2);
    return size;
  }

  #setLine(from: number, newline: number): void {
    let start = from;
    let end = newline;
    if (end > start && this.buffer[end - 1] === CARRIAGE_RETURN) end -= 1;
    while (start < end && this.buffer[start] === 0) start += 1;
    this.start = start;
    this.end = end;
    this.nulBytes = start - from;
  }

  #dropOversizeCarry(): void {
    const carry = this.filled - this.#lineStart;
    if (!this.#skipping) {
      if (carry <= this.#maxLineBytes) return;
      this.#skipping = true;
      this.oversize += 1;
    }
    this.#lineStart = this.filled;
  }

  #resize(size: number): void {
    const other = Buffer.allocUnsafeSlow(size);
    this.buffer.copy(other, 0, 0, this.filled);
    this.#release();
    this.buffer = other;
    this.#isOwn = true;
  }

  /** At once: 64 MB that wait to be collected would count beside the text that is made of them. */
  #release(): void {
    const { buffer } = this.buffer;
    this.#view = EMPTY;
    if (this.#isOwn && buffer instanceof ArrayBuffer) buffer.transfer(0);
  }
}
