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
    if (quoted || !/[ \t\n]/.test(value)) {
      if (quoted || value !== '') this.text(value);
      return;
    }
    const pieces = value.split(/[ \t\n]+/);
    for (let i = 0; i < pieces.length && i < MAX_WORDS; i++) {
      if (i > 0) this.close();
      const piece = pieces[i] ?? '';
      if (piece !== '') this.text(piece);
    }
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
