import { MAX_WORDS } from './state.ts';
import type { Word } from './state.ts';

/** Products of loop variables (`for a in …; for b in …; cat $a/$b`) stop here. */
const MAX_FIELDS = 16;
export const MAX_WORD = 65_536;

/** Fields under construction: text glued to what came before, split where an unquoted value has blanks. */
export class Fields {
  readonly done: Word[] = [];
  private current: string[] = [];
  private dynamic = false;
  private decoded = false;
  private open = false;
  private readonly separators: string;

  /** @param separators value of `IFS` */
  constructor(separators = ' \t\n') {
    this.separators = separators;
  }

  text(value: string): void {
    if (this.current.length === 0) this.current.push(value);
    else
      for (let i = 0; i < this.current.length; i++)
        this.current[i] = `${this.current[i] ?? ''}${value}`.slice(0, MAX_WORD);
    this.open = true;
  }

  unknown(source: string): void {
    this.text(source);
    this.dynamic = true;
  }

  markDecoded(): void {
    this.decoded = true;
  }

  values(values: readonly string[], quoted: boolean): void {
    if (values.length === 1) this.value(values[0] ?? '', quoted);
    else {
      const before = this.current.length === 0 ? [''] : this.current;
      const next: string[] = [];
      for (const head of before) {
        for (const value of values)
          if (next.length < MAX_FIELDS) next.push(`${head}${value}`.slice(0, MAX_WORD));
      }
      this.current = next;
      this.open = next.length > 0;
    }
  }

  finish(): Word[] {
    this.close();
    return this.done;
  }

  private value(value: string, quoted: boolean): void {
    if (quoted || !this.splits(value)) {
      if (quoted || value !== '') this.text(value);
      return;
    }
    const pieces = splitFields(value, this.separators);
    for (let i = 0; i < pieces.length && i < MAX_WORDS; i++) {
      if (i > 0) this.close();
      const piece = pieces[i] ?? '';
      if (piece !== '') this.text(piece);
    }
  }

  private splits(value: string): boolean {
    for (const separator of this.separators) if (value.includes(separator)) return true;
    return false;
  }

  private close(): void {
    if (!this.open) return;
    for (const text of this.current) {
      this.done.push({ text, dynamic: this.dynamic, ...(this.decoded ? { decoded: true as const } : {}) });
    }
    this.current = [];
    this.open = false;
    this.dynamic = false;
  }
}

/** Cuts a value at the characters of `IFS`, runs of them counting once. */
export function splitFields(value: string, separators: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let i = 0; i <= value.length; i++) {
    const char = value[i];
    if (char !== undefined && !separators.includes(char)) continue;
    if (i > from || from === 0 || char === undefined) pieces.push(value.slice(from, i));
    from = i + 1;
  }
  return pieces;
}
