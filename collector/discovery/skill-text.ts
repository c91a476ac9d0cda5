const MAX_FRONT_MATTER = 8_192;
const MAX_ITEMS = 50;
const MAX_TEXT = 256 * 1024;

/**
 * Tools a skill or sub-agent may use without a question, from the front matter: `allowed-tools: Read, Bash(git diff:*)`,
 * a list below the key, or a list in brackets. Empty when it names none.
 */
export function toolsOf(text: string): readonly string[] {
  const front = /^\uFEFF?---[ \t]{0,10}\r?\n([\s\S]{0,8192}?)\n---/.exec(
    text.slice(0, MAX_FRONT_MATTER),
  )?.[1];
  if (front === undefined) return [];
  const lines = front.split('\n');
  const at = lines.findIndex((line) => /^(?:allowed-tools|allowed_tools|tools):/.test(line));
  if (at < 0) return [];
  const inline = (lines[at] ?? '').slice((lines[at] ?? '').indexOf(':') + 1).trim();
  const items = inline === '' ? listBelow(lines, at + 1) : splitTools(inline.replace(/^\[|\]$/g, ''));
  return items
    .map((item) => item.trim().replace(/^["']|["']$/g, ''))
    .filter(Boolean)
    .slice(0, MAX_ITEMS);
}

function listBelow(lines: readonly string[], from: number): string[] {
  const items: string[] = [];
  for (const line of lines.slice(from, from + MAX_ITEMS)) {
    const item = /^\s{0,20}- (.{1,200})$/.exec(line.trimEnd())?.[1];
    if (item === undefined) break;
    items.push(item);
  }
  return items;
}

/** Commas and blanks part tools, but not inside `Bash(npm run test:*)`. */
function splitTools(text: string): string[] {
  return text.slice(0, 2_000).match(/[^\s,()]{1,200}(?:\([^)]{0,300}\))?/g) ?? [];
}

// `@docs/rules.md`, `@~/.claude/team.md`, `@./AGENTS.md`: a path on its own, not an address or a handle.
const IMPORT =
  /(?:^|[\s(])@((?:~\/|\.{1,2}\/|\/)?(?:[\w.-]{1,100}\/){0,12}[\w.-]{1,100}\.(?:md|mdc|txt))(?=$|[\s),.;:])/gm;

/** Files that the text takes in; what stands in a code block is shown, not taken in. */
export function importsOf(text: string): readonly string[] {
  const plain = text.slice(0, MAX_TEXT);
  if (!plain.includes('@')) return [];
  const spoken = plain
    .replaceAll(/^[ \t]{0,8}```[\s\S]{0,20000}?^[ \t]{0,8}```/gm, '')
    .replaceAll(/`[^`\n]{1,300}`/g, '');
  return [...new Set([...spoken.matchAll(IMPORT)].map((match) => match[1] ?? ''))].slice(0, MAX_ITEMS);
}
