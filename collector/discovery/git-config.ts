export interface GitSetting {
  /** Section, name in the middle and key, the first and last in lower case: `core.fsmonitor`, `filter.lfs.clean`. */
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

const MAX_LINES = 20_000;
const MAX_LINE = 8_192;
const MAX_SETTINGS = 5_000;
// `[core]`, `[filter "lfs"]`, `[branch.main]`; git takes a key on the same line too.
const SECTION = /^\[\s{0,50}([\w.-]{1,200})(?:\s{1,50}"((?:[^"\\]|\\.){0,1000})")?\s{0,50}\]/;
const KEY = /^([A-Za-z][\w-]{0,200})\s{0,50}(?:=(.*))?$/;

/**
 * Settings of a git configuration file, in the order of the file; git-config(1), Git 2.52. Keys with no `=` are `true`,
 * a backslash at the end of a line goes on with the next. Never throws; what is not understood is left out.
 */
export function parseGitConfig(text: string): readonly GitSetting[] {
  const settings: GitSetting[] = [];
  let section = '';
  const lines = text.replace(/^\uFEFF/, '').split('\n', MAX_LINES);
  for (let at = 0; at < lines.length && settings.length < MAX_SETTINGS; at++) {
    const line = at + 1;
    let rest = (lines[at] ?? '').slice(0, MAX_LINE).trim();
    const head = SECTION.exec(rest);
    if (head !== null) {
      const name = head[2]?.replaceAll(/\\(.)/g, '$1');
      section = `${(head[1] ?? '').toLowerCase()}${name === undefined ? '' : `.${name}`}`;
      rest = rest.slice(head[0].length).trim();
    }
    if (rest === '' || rest.startsWith('#') || rest.startsWith(';')) continue;
    while (/(?:^|[^\\])(?:\\\\){0,50}\\$/.test(rest) && at + 1 < lines.length && rest.length < MAX_LINE)
      rest = rest.slice(0, -1) + (lines[++at] ?? '').slice(0, MAX_LINE).trim();
    const found = KEY.exec(rest);
    if (found === null || section === '') continue;
    settings.push({
      key: `${section}.${(found[1] ?? '').toLowerCase()}`,
      value: found[2] === undefined ? 'true' : plainValue(found[2].trim()),
      line,
    });
  }
  return settings;
}

/** Without comments and quotes, as git reads it. */
function plainValue(raw: string): string {
  let out = '';
  let quoted = false;
  for (let i = 0; i < raw.length; i++) {
    const char = raw.charAt(i);
    if (char === '\\') {
      i++;
      out += ESCAPES.get(raw.charAt(i)) ?? raw.charAt(i);
    } else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '#' || char === ';')) break;
    else out += char;
  }
  return quoted ? out : out.trimEnd();
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['b', ''],
]);
