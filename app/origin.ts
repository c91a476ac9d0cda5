/** The window is served from here, out of the package. Standard and secure, so that storage and CSP work as on the web. */
export const SCHEME = 'app';
export const HOST = 'reeve';
export const START_URL = `${SCHEME}://${HOST}/`;

/** @param url of a page or frame; anything that is not an address is not ours */
export function isOwnUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  // `origin` is the text "null" for schemes the URL standard does not know.
  return protocol === `${SCHEME}:` && host === HOST && username === '' && password === '';
}
