import type { Terminal } from './terminal.ts';

/**
 * What a terminal shows after the bytes a program wrote: text, cursor moves and erasing, as far as a text screen needs.
 * Sequences it does not know are skipped.
 */
export class Screen {
  readonly #terminal: Terminal;
  #cols: number;
  #rows: number;
  #cells: string[][] = [];
  #row = 0;
  #col = 0;
  #done = 0;
  #scrolled = false;

  constructor(terminal: Terminal, cols: number, rows: number) {
    this.#terminal = terminal;
    this.#cols = cols;
    this.#rows = rows;
  }

  resize(cols: number, rows: number): void {
    this.#draw();
    this.#cols = cols;
    this.#rows = rows;
    this.#cells = [];
    this.#row = Math.min(this.#row, rows - 1);
    this.#scrolled = false;
  }

  lines(): string[] {
    this.#draw();
    return Array.from({ length: this.#rows }, (_, row) =>
      Array.from({ length: this.#cols }, (_, col) => this.#cells[row]?.[col] ?? ' ')
        .join('')
        .trimEnd(),
    );
  }

  text(): string {
    return this.lines().join('\n');
  }

  /** Whether more lines were written than the window has. */
  overflowed(): boolean {
    this.#draw();
    return this.#scrolled;
  }

  forgetOverflow(): void {
    this.#draw();
    this.#scrolled = false;
  }

  waitFor(what: string | RegExp | (() => boolean)): Promise<void> {
    return this.#terminal
      .waitFor(() =>
        typeof what === 'function'
          ? what()
          : typeof what === 'string'
            ? this.text().includes(what)
            : what.test(this.text()),
      )
      .catch(() => {
        throw new Error(`not seen: ${String(what)}\n${this.text()}`);
      });
  }

  #draw(): void {
    const text = this.#terminal.text;
    for (; this.#done < text.length;) {
      const rest = text.slice(this.#done, this.#done + 100);

      const sequence = /^\x1b(?:\[([?>=<!]?)([0-9;]*)([@-~])|\][^\x07]*\x07|[=>78c])/.exec(rest);
      if (sequence !== null) {
        this.#control(sequence[1] ?? '', sequence[2] ?? '', sequence[3] ?? '');
        this.#done += sequence[0].length;
        continue;
      }
      const char = String.fromCodePoint(text.codePointAt(this.#done) ?? 32);
      this.#done += char.length;
      if (char === '\r') this.#col = 0;
      else if (char === '\n') this.#lineFeed();
      else if (char >= ' ') this.#put(char);
    }
  }

  #put(char: string): void {
    if (this.#col >= this.#cols) {
      this.#col = 0;
      this.#lineFeed();
    }
    (this.#cells[this.#row] ??= [])[this.#col] = char;
    this.#col += 1;
  }

  #lineFeed(): void {
    if (this.#row < this.#rows - 1) this.#row += 1;
    else {
      this.#cells.shift();
      this.#scrolled = true;
    }
  }

  #control(prefix: string, parameters: string, final: string): void {
    if (prefix !== '') {
      if (final === 'h' && parameters === '1049') this.#cells = [];
      return;
    }
    const numbers = parameters.split(';').map(Number);
    const n = numbers[0] === undefined || numbers[0] === 0 ? 1 : numbers[0];
    if (final === 'A') this.#row = Math.max(0, this.#row - n);
    if (final === 'B') this.#row = Math.min(this.#rows - 1, this.#row + n);
    if (final === 'C') this.#col = Math.min(this.#cols - 1, this.#col + n);
    if (final === 'D') this.#col = Math.max(0, this.#col - n);
    if (final === 'E') [this.#row, this.#col] = [Math.min(this.#rows - 1, this.#row + n), 0];
    if (final === 'F') [this.#row, this.#col] = [Math.max(0, this.#row - n), 0];
    if (final === 'G') this.#col = n - 1;
    if (final === 'H') [this.#row, this.#col] = [n - 1, (numbers[1] || 1) - 1];
    if (final === 'J') this.#eraseBelow(parameters);
    if (final === 'K' && (parameters === '' || parameters === '0'))
      this.#cells[this.#row] = (this.#cells[this.#row] ?? []).slice(0, this.#col);
    if (final === 'K' && parameters === '2') this.#cells[this.#row] = [];
  }

  #eraseBelow(parameters: string): void {
    if (parameters === '2' || parameters === '3') this.#cells = [];
    else {
      this.#cells.length = Math.min(this.#cells.length, this.#row + 1);
      this.#cells[this.#row] = (this.#cells[this.#row] ?? []).slice(0, this.#col);
    }
  }
}
