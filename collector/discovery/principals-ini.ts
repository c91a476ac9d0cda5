export interface IniSection {
  /** As between the brackets, trimmed: `profile prod`, `credential "https://example.com"`. `''` before the first one. */
  readonly name: string;
  /** Last one wins, keys in lower case. */
  readonly values: ReadonlyMap<string, string>;
  /** Every value of a key that may come more than once. */
  readonly all: readonly (readonly [key: string, value: string])[];
}

const MAX_LINES = 20_000;
const MAX_LINE = 4_096;
const MAX_SECTIONS = 2_000;

/**
 * Reads the INI dialects of AWS, gcloud, git, pip and npm: `[section]`, `key = value`, comments of `#` and `;` on lines
 * of their own. Indented lines below a key without a value (AWS `s3 =`) are nested settings and are left out.
 * @returns sections in file order, the nameless one first when it has something; never throws
 */
export function parseIni(text: string): readonly IniSection[] {
  const sections: { name: string; values: Map<string, string>; all: [string, string][] }[] = [];
  let current = start('');
  let nested = false;
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  for (const raw of source.split('\n', MAX_LINES)) {
    const line = raw.slice(0, MAX_LINE).trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (line.startsWith('[')) {
      if (current.all.length > 0 || current.name !== '') sections.push(current);
      if (sections.length >= MAX_SECTIONS) return sections;
      const end = line.lastIndexOf(']');
      current = start(line.slice(1, end < 0 ? undefined : end).trim());
      nested = false;
      continue;
    }
    const equals = line.indexOf('=');
    if (equals <= 0) continue;
    const indented = /^\s/.test(raw);
    if (nested && indented) continue;
    const key = line.slice(0, equals).trim().toLowerCase();
    const value = unquote(line.slice(equals + 1).trim());
    nested = value === '';
    if (value === '') continue;
    current.values.set(key, value);
    current.all.push([key, value]);
  }
  if (current.all.length > 0 || current.name !== '') sections.push(current);
  return sections;
}

function start(name: string): { name: string; values: Map<string, string>; all: [string, string][] } {
  return { name, values: new Map(), all: [] };
}

function unquote(value: string): string {
  const quoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
  return quoted ? value.slice(1, -1) : value.replace(/\s[#;].*$/, '').trimEnd();
}
