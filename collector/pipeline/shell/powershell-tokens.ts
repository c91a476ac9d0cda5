/** Text inside `( )`, `$( )`, `@( )` or `{ }`. */
interface PowerShellGroup {
  readonly source: string;
  readonly block: boolean;
}

export interface PowerShellToken {
  /** Quotes and escapes removed; groups as source text. */
  readonly text: string;
  /** Any part was quoted, so it is no keyword and no operator. */
  readonly quoted: boolean;
  /** Nothing in it expands: single quotes only, or after `--%`. */
  readonly literal: boolean;
  readonly groups: readonly PowerShellGroup[];
}

export interface PowerShellStatement {
  readonly tokens: readonly PowerShellToken[];
  readonly redirects: readonly {
    readonly fd: number | undefined;
    readonly operator: string;
    readonly target: PowerShellToken | undefined;
  }[];
  /** It reads what the statement before it writes. */
  readonly piped: boolean;
}

export interface PowerShellRead {
  readonly statements: readonly PowerShellStatement[];
  readonly broken: boolean;
  readonly truncated: boolean;
}

const MAX_STATEMENTS = 500;
const MAX_TOKENS = 2_048;
const MAX_NESTING = 64;

/** Cuts PowerShell text into statements and words, one pass. Never throws. */
export function readPowerShell(source: string): PowerShellRead {
  const reader = new Reader(source);
  reader.run();
  return { statements: reader.statements, broken: reader.broken, truncated: reader.truncated };
}

class Reader {
  readonly statements: PowerShellStatement[] = [];
  broken = false;
  truncated = false;
  private at = 0;
  private tokens: PowerShellToken[] = [];
  private redirects: PowerShellStatement['redirects'][number][] = [];
  private piped = false;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  run(): void {
    const { source } = this;
    while (this.at < source.length) {
      if (this.statements.length >= MAX_STATEMENTS || this.tokens.length >= MAX_TOKENS) {
        this.truncated = true;
        break;
      }
      const char = source[this.at] ?? '';
      if (char === ' ' || char === '\t' || char === '\r' || char === '\u00a0') this.at++;
      else if (char === '\n' || char === ';') {
        this.at++;
        // A pipe at the end of a line goes on with the next one.
        if (char === ';' || this.tokens.length > 0) this.end(false);
      } else if (char === '`' && /^`\r?\n/.test(source.slice(this.at, this.at + 3))) {
        this.at += source[this.at + 1] === '\r' ? 3 : 2;
      } else if (char === '#') this.skipTo('\n');
      else if (source.startsWith('<#', this.at)) {
        const close = source.indexOf('#>', this.at);
        this.at = close < 0 ? source.length : close + 2;
      } else if (source.startsWith('||', this.at) || source.startsWith('&&', this.at)) {
        this.at += 2;
        this.end(false);
      } else if (char === '|') {
        this.at++;
        this.end(true);
      } else if (char === '&' && this.tokens.length > 0) {
        this.at++;
        this.end(false);
      } else if (char === '&') {
        this.at++;
        this.tokens.push({ text: '&', quoted: false, literal: true, groups: [] });
      } else if (source.startsWith('--%', this.at) && /\s|^$/.test(source[this.at + 3] ?? ''))
        this.stopParsing();
      else if (this.redirect()) continue;
      else if (char === ')' || char === '}') {
        this.broken = true;
        this.at++;
      } else this.tokens.push(this.word());
    }
    this.end(false);
  }

  private end(pipes: boolean): void {
    if (this.tokens.length > 0 || this.redirects.length > 0) {
      this.statements.push({ tokens: this.tokens, redirects: this.redirects, piped: this.piped });
      this.tokens = [];
      this.redirects = [];
    }
    this.piped = pipes;
  }

  private skipTo(mark: string): void {
    const end = this.source.indexOf(mark, this.at);
    this.at = end < 0 ? this.source.length : end;
  }

  /** After `--%` everything up to a pipe or the end of the line is handed over as it stands. */
  private stopParsing(): void {
    const rest = /^[^|\n]*/.exec(this.source.slice(this.at + 3))?.[0] ?? '';
    for (const text of rest.split(/\s+/)) {
      if (text !== '' && this.tokens.length < MAX_TOKENS) {
        this.tokens.push({ text: text.replace(/^"(.*)"$/, '$1'), quoted: true, literal: true, groups: [] });
      }
    }
    this.at += 3 + rest.length;
  }

  private redirect(): boolean {
    const match = /^([1-6*])?(>>?)(&\d)?/.exec(this.source.slice(this.at, this.at + 6));
    if (match === null) return false;
    this.at += match[0].length;
    if (match[3] !== undefined) return true;
    while (this.source[this.at] === ' ') this.at++;
    const fd = match[1] === undefined || match[1] === '*' ? undefined : Number(match[1]);
    const done = this.at >= this.source.length || /[\n;|]/.test(this.source[this.at] ?? '');
    this.redirects.push({ fd, operator: match[2] ?? '>', target: done ? undefined : this.word() });
    return true;
  }

  private word(): PowerShellToken {
    const { source } = this;
    const start = this.at;
    let text = '';
    let quoted = false;
    let literal = true;
    const groups: PowerShellGroup[] = [];
    while (this.at < source.length) {
      const char = source[this.at] ?? '';
      if (/[\s;|]/.test(char) || char === ')' || char === '}') break;
      if (char === '&' && this.at > start) break;
      if (char === '>' && this.at > start) break;
      if (char === '`') {
        text += source[this.at + 1] ?? '';
        this.at += 2;
        literal = false;
      } else if (char === "'" || char === '‘' || char === '’') {
        text += this.single();
        quoted = true;
      } else if (char === '"' || char === '“' || char === '”') {
        text += this.double(groups);
        quoted = true;
        literal = false;
      } else if (char === '@' && (source[this.at + 1] === "'" || source[this.at + 1] === '"')) {
        text += this.hereString();
        quoted = true;
        literal = source[this.at - 2] === "'";
      } else if (char === '(' || char === '{') {
        const inner = this.group(char);
        text += `${char}${inner}${char === '(' ? ')' : '}'}`;
        groups.push({ source: inner, block: char === '{' });
        literal = false;
      } else {
        if (char === '$') literal = false;
        text += char;
        this.at++;
      }
    }
    if (this.at === start) this.at++;
    return { text, quoted, literal: literal && quoted, groups };
  }

  private single(): string {
    let out = '';
    for (let i = this.at + 1; i < this.source.length; i++) {
      if (this.source[i] === "'" || this.source[i] === '’') {
        if (this.source[i + 1] !== "'") {
          this.at = i + 1;
          return out;
        }
        i++;
      }
      out += this.source[i] ?? '';
    }
    this.broken = true;
    this.at = this.source.length;
    return out;
  }

  private double(groups: PowerShellGroup[]): string {
    let out = '';
    this.at++;
    while (this.at < this.source.length) {
      const char = this.source[this.at] ?? '';
      if (char === '"' || char === '”') {
        this.at++;
        if (this.source[this.at] !== '"') return out;
        out += '"';
        this.at++;
      } else if (char === '`') {
        out += this.source[this.at + 1] ?? '';
        this.at += 2;
      } else if (char === '$' && this.source[this.at + 1] === '(') {
        this.at++;
        const inner = this.group('(');
        groups.push({ source: inner, block: false });
        out += `$(${inner})`;
      } else {
        out += char;
        this.at++;
      }
    }
    this.broken = true;
    return out;
  }

  private hereString(): string {
    const mark = this.source[this.at + 1] ?? '"';
    const from = this.source.indexOf('\n', this.at);
    const close = this.source.indexOf(`\n${mark}@`, this.at);
    if (from < 0 || close < 0) {
      this.broken = true;
      this.at = this.source.length;
      return '';
    }
    this.at = close + 3;
    return this.source.slice(from + 1, Math.max(close, from + 1));
  }

  /** The text between balanced brackets; quotes inside are skipped. The position ends behind the closing one. */
  private group(open: string): string {
    const close = open === '(' ? ')' : '}';
    const from = this.at + 1;
    let depth = 0;
    let quote = '';
    for (let i = this.at; i < this.source.length; i++) {
      const char = this.source[i] ?? '';
      if (char === '`') i++;
      else if (quote !== '') {
        if (char === quote) quote = '';
      } else if (char === "'" || char === '"') quote = char;
      else if (char === open) {
        depth++;
        if (depth > MAX_NESTING) this.truncated = true;
      } else if (char === close && --depth === 0) {
        this.at = i + 1;
        return this.source.slice(from, i);
      }
    }
    this.broken = true;
    this.at = this.source.length;
    return this.source.slice(from);
  }
}
