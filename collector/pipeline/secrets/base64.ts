const PRINTABLE = /^[\t\n\r\x20-\x7e]*$/;
const MAX_ENCODED = 262_144;

/**
 * Text behind base64, if there is any: decodes one layer.
 * @returns `undefined` when it is no base64 or the first bytes are not printable (images, hashes, random data)
 */
export function decodeBase64Text(encoded: string): string | undefined {
  // The first letter of a text is below 0x80: most paths and words end here.
  if (!/^[A-Za-f]/.test(encoded)) return undefined;
  const body = encoded.slice(0, MAX_ENCODED).replace(/(?<!=)=+$/, '');
  if (body.length < 8 || body.length % 4 === 1 || !/^[A-Za-z0-9+/]+$/.test(body)) return undefined;
  const head = atob(body.slice(0, Math.min(24, body.length - (body.length % 4))));
  return PRINTABLE.test(head) ? atob(body) : undefined;
}

/** `user:password` in base64, as in a Basic header or a container registry's `auth`. */
export function isBasicPair(encoded: string): boolean {
  if (encoded.length > 512) return false;
  const text = decodeBase64Text(encoded);
  return text !== undefined && /^[\w.@$+-]{1,128}:[\x21-\x7e]{2,256}$/.test(text);
}
