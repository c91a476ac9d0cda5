/** The path of a `file:` URI on this machine; `undefined` for other schemes and hosts, and for broken escapes. */
export function pathOfFileUri(uri: string): string | undefined {
  if (!uri.startsWith('file:///')) return undefined;
  try {
    const path = decodeURIComponent(uri.slice('file://'.length));
    return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
  } catch {
    return undefined; // URIError: not UTF-8
  }
}
