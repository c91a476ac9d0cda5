/** What stands where a secret would stand, but is none: references to one, and filler words. */

const WORDS = new Set(
  (
    'password passwd passwort pass pwd secret token key apikey api_key api-key changeme change_me change-me changeit ' +
    'example sample dummy fake placeholder none null nil undefined true false yes no string str text int number bool ' +
    'boolean bytes any object unknown required optional default empty redacted hidden masked value todo tbd fixme na n/a ' +
    'user username root admin test testing foo bar baz foobar qwerty letmein insert_here insert-here enabled disabled ' +
    'auto always never stdin env prompt keychain keyring vault oauth oauth2 bearer basic jwt header query cookie read ' +
    'write readwrite readonly include omit same-origin identifier mytoken mysecret mypassword my-secret my-token'
  ).split(' '),
);

/** `${VAR}`, `$VAR`, `$(cmd)`, `%VAR%`, `{{ x }}`, `{env:X}`, `<token>`, `op://…`, `keychain:…`: points at a secret. */
export function isReference(value: string): boolean {
  const head = value.slice(0, 400).trim();
  if (head.startsWith('[redacted') || head.includes('[redacted:')) return true;
  if (
    /^\$(?:\{[^}]{1,200}\}?|\([^)]{0,400}\)?|[A-Za-z_]\w{0,100}(?:[:.[]\S{0,100})?|env:\w{1,100})$/.test(head)
  )
    return true;
  if (
    /^(?:%[A-Za-z_]\w{0,100}%|`[^`]{1,300}`?|<[^<>]{1,100}>|@[A-Z_]{2,60}@|![A-Za-z_]\w{0,60}!?)$/.test(head)
  )
    return true;
  if (/^\{\{.{0,200}\}\}$|^\{(?:env|file|cmd|vault|secret)[:.][^}]{1,200}\}$|^#\{[^}]{1,100}\}#?$/.test(head))
    return true;
  return /^(?:op|keychain|keyring|vault|ssm|secretsmanager|aws-sm|gcp-sm|azure-kv|akv|env|file|ref|secret|doppler|infisical|bws|pass|sops)(?::\/\/|:(?=[A-Za-z/]))/.test(
    head,
  );
}

const FILLER =
  /x{4,}|\*{3,}|\.{3,}|•{2,}|…|0{8,}|1234567890?|abcdefgh|your[-_ ]?|example|placeholder|dummy|changeme|insert[-_ ]|replace[-_ ]|redacted|not[-_]?a[-_]?real|goes[-_ ]?here/i;

/** Filler inside a token of the right shape: `xxxx`, `EXAMPLE`, one character repeated. */
export function isFiller(body: string): boolean {
  const head = body.slice(0, 512);
  if (FILLER.test(head)) return true;
  return head.length >= 8 && new Set(head).size <= 2;
}

/** A value under a secret-looking name that nobody would need to hide. */
export function isPlaceholder(value: string): boolean {
  if (value === '' || isReference(value)) return true;
  const lower = value.slice(0, 200).toLowerCase();
  if (WORDS.has(lower) || /^(.)\1*$/.test(lower.slice(0, 100))) return true;
  return /^(?:your|enter|insert|replace|add|put)[-_ ][a-z_ -]{2,60}$|^(?:my|the|some)[-_](?:[a-z]+[-_]){0,4}[a-z]+$|^(?:x{3,}|\*+|\.+|-+|_+)$|^[a-z]{2,20}[-_](?:here|goes[-_]here)$|^(?:sk|pk|ghp|key|token|api)?[-_]*(?:x{3,}|\.{3,}|…|\*{3,})$|[-_. ]example$|^example[-_. ]/.test(
    lower,
  );
}

/** Shannon entropy in bits per character. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  const head = value.slice(0, 512);
  for (const char of head) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / head.length) * Math.log2(count / head.length);
  return bits;
}

/** Looks drawn at random: long enough, letters and digits mixed, many different characters. */
export function looksRandom(value: string): boolean {
  if (value.length < 12 || value.length > 4096 || /\s/.test(value)) return false;
  if (!/[0-9]/.test(value) || !/[A-Za-z]/.test(value))
    return (
      value.length >= 24 &&
      entropy(value) >= 4.2 &&
      /[a-z]/.test(value) &&
      /[A-Z]/.test(value) &&
      !/[a-z]{6}/.test(value)
    );
  return entropy(value) >= (value.length >= 20 ? 3.1 : 2.9);
}
