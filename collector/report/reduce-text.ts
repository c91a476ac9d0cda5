/** A vendor's word: a mode, a model, a decision, an id. Free text has spaces and does not match. */
const WORD = /^[\w.:@/+-]{1,128}$/;

/** `gpt-5-codex`, `bypassPermissions`, `plan` … or undefined when it is not one word. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && WORD.test(value) ? value : undefined;
}

/**
 * The program of a command line, without its folder: `TOKEN=x /usr/bin/curl -d @f` gives `curl`.
 * Leading assignments are skipped, because they may hold values; anything that does not look like a program
 * name gives undefined, so that an argument can never pass as a name.
 */
export function programOf(command: string): string | undefined {
  const tokens = command.slice(0, 4_000).trim().split(/\s+/, 32);
  const first = tokens.find((token) => !/^[A-Za-z_]\w*=/.test(token));
  const name = first
    ?.replace(/^["']|["']$/g, '')
    .split(/[\\/]/)
    .at(-1);
  return name !== undefined && /^[\w.+@-]{1,64}$/.test(name) && !name.startsWith('-') ? name : undefined;
}

/** Scheme, host and port of a URL; undefined when it is none. Path, query and user-info can carry data. */
export function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return host === '' ? undefined : `${protocol}//${host}`;
}

/** `git@host:me/repo`, `https://user:pass@host/repo?x` without user-info, query and fragment. */
export function withoutSecretsOf(address: string): string {
  const cut = address.search(/[?#]/);
  const plain = cut === -1 ? address : address.slice(0, cut);
  const at = plain.lastIndexOf('@');
  // `name@1.2.3` of a package must stay: only what stands before a host is user-info.
  const scheme = plain.indexOf('://');
  if (scheme === -1 || at < scheme) return plain;
  const end = plain.indexOf('/', scheme + 3);
  const hostEnd = end === -1 ? plain.length : end;
  const userEnd = plain.lastIndexOf('@', hostEnd);
  return userEnd < scheme ? plain : plain.slice(0, scheme + 3) + plain.slice(userEnd + 1);
}
