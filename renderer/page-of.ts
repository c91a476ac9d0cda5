/** Name of the page at an address, as its file in `pages/` is called. @param hash `#/findings?status=all` */
export function pageOf(hash: string): string {
  if (/^#\/sessions\/[^?]/.test(hash)) return 'session';
  return /^#\/([a-z]+)/.exec(hash)?.[1] ?? 'overview';
}
