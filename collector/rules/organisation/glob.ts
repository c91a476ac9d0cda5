/**
 * A path or name pattern as an RE2 pattern over the whole text: `*` any run inside a segment, `**` any run, `?` one
 * character, everything else itself.
 */
export function globToRegExp(glob: string): string {
  let pattern = '';
  for (let i = 0; i < glob.length; i++) {
    const char = glob.charAt(i);
    if (char === '*' && glob.charAt(i + 1) === '*') {
      pattern += '.*';
      i++;
    } else if (char === '*') pattern += '[^/\\\\]*';
    else if (char === '?') pattern += '[^/\\\\]';
    else pattern += /[\w/-]/.test(char) ? char : `\\${char}`;
  }
  return `^(?s:${pattern})$`;
}
