/** Text that JSON writes as it is, one character each, so that sizes are known without writing it. */
export function plain(text: string, max: number): string {
  const cut = text.length <= max ? text : text.slice(0, max);
  if (!NOT_PLAIN.test(cut)) return cut;
  return cut.toWellFormed().replace(UNPRINTABLE, ' ').replaceAll('"', "'").replaceAll('\\', '/');
}

const NOT_PLAIN = /[\u0000-\u001f"\\\ud800-\udfff]/;
/** A path with one of these would be changed by `plain`, and so be another file's. */
export const ODD_PATH = /[\u0000-\u001f"\ud800-\udfff]/;
const UNPRINTABLE = /[\u0000-\u001f]/g;
