const MAX_CODE = 20_000;

export interface CodePath {
  /** As written, or `~/…` when the code joins it to the home. */
  readonly text: string;
  readonly how: 'read' | 'write' | 'delete';
}

/** Paths in the text of `python -c` and the like: string literals that look like one. What the body does, it does to all of them. */
export function codePaths(code: string): CodePath[] {
  const text = code.slice(0, MAX_CODE);
  const writes =
    /\b(?:write|writeFile\w*|appendFile\w*|dump|write_text|write_bytes)\s*\(|["'][wa]b?\+?["']/.test(text);
  const deletes = /\b(?:rmtree|unlink|rmSync|rm_rf|removedirs|os\.remove|rimraf|FileUtils\.rm)/.test(text);
  const reads = /read/.test(text);
  const home = /expanduser|homedir|Path\.home|HOME|USERPROFILE/.test(text);
  const how = deletes ? 'delete' : writes && !reads ? 'write' : 'read';
  const out: CodePath[] = [];
  for (const match of text.matchAll(/(["'`])((?:~|\/|\.{1,2}\/|[A-Za-z]:\\|\.)?[\w.~/\\ *?-]{2,200}?)\1/g)) {
    const literal = match[2] ?? '';
    if (!/[./~\\]/.test(literal)) continue;
    // `os.path.expanduser('~') + '/.ssh/id_rsa'` and `join(homedir(), '.ssh/id_rsa')`
    const joined = home && /^\/?\.[\w]/.test(literal);
    out.push({ text: joined ? `~/${literal.replace(/^\//, '')}` : literal, how });
  }
  return out;
}
