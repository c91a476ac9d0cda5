/** Shell glob of one path against another, linear (one backtrack point); `*` and `?` stop at a slash. */
export function globMatches(glob: string, text: string): boolean {
  let g = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    const step = g < glob.length && glob[g] !== '*' ? globStep(glob, g, text[t] ?? '') : 0;
    if (step > 0) {
      g += step;
      t++;
    } else if (glob[g] === '*') {
      star = g++;
      mark = t;
    } else if (star >= 0 && text[mark] !== '/') {
      g = star + 1;
      t = ++mark;
    } else return false;
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}

/** How many characters of the glob match this one character; 0 = none. */
function globStep(glob: string, at: number, char: string): number {
  const head = glob[at];
  if (head === '?') return char === '/' ? 0 : 1;
  if (head !== '[') return head === char ? 1 : 0;
  const close = glob.indexOf(']', at + 2);
  if (close < 0 || close - at > 64) return head === char ? 1 : 0;
  const negated = glob[at + 1] === '!' || glob[at + 1] === '^';
  let hit = false;
  for (let i = at + (negated ? 2 : 1); i < close; i++) {
    const from = glob[i] ?? '';
    if (glob[i + 1] === '-' && i + 2 < close) {
      if (char >= from && char <= (glob[i + 2] ?? '')) hit = true;
      i += 2;
    } else if (from === char) hit = true;
  }
  return hit !== negated && char !== '/' ? close - at + 1 : 0;
}
