/**
 * Secrets that no provider issued, put together at run time so that no scanner trips over this repository.
 * A corpus names them as `{{github}}`.
 */
const FAKES: Readonly<Record<string, () => string>> = {
  github: () => ['ghp_', letters(36, 7)].join(''),
  openai: () => ['sk-', 'proj-', letters(48, 3)].join(''),
  anthropic: () => ['sk-', 'ant-', 'api03-', letters(93, 11), 'AA'].join(''),
  awsid: () => ['AKIA', letters(16, 5).toUpperCase()].join(''),
  awskey: () => letters(40, 13),
  slack: () => ['xoxb-', '123456789012-', '1234567890123-', letters(24, 17)].join(''),
  stripe: () => ['sk_', 'live_', letters(24, 19)].join(''),
  npm: () => ['npm_', letters(36, 23)].join(''),
  password: () => ['Tr0ub4dor', '&', letters(8, 29)].join(''),
  privatekey: () =>
    [
      '-----BEGIN OPENSSH',
      ' PRIVATE KEY-----\n',
      letters(60, 31),
      '\n-----END OPENSSH',
      ' PRIVATE KEY-----',
    ].join(''),
};

const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

function letters(count: number, seed: number): string {
  let state = seed * 2_654_435_761;
  let text = '';
  for (let n = 0; n < count; n++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    text += ALPHABET.charAt((state >>> 16) % ALPHABET.length);
  }
  return text;
}

/** @throws Error when a corpus names a secret that is not known. */
export function withSecrets(text: string): string {
  return text.replace(/\{\{([a-z]{2,20})\}\}/g, (whole, name: string) => {
    const make = FAKES[name];
    // Templates of other languages use double braces too: `{{name}}`.
    return make === undefined ? whole : make();
  });
}
