/** How a running collector stands to the one this app brings along. */
export type VersionVerdict = 'same' | 'older' | 'newer' | 'unknown';

/** @param own @param theirs versions as `1.4.0` or `1.4.0-beta.2`; a pre-release is older than its release */
export function judgeVersion(own: string, theirs: string): VersionVerdict {
  if (own === theirs) return 'same';
  const ours = parse(own);
  const other = parse(theirs);
  if (ours === undefined || other === undefined) return 'unknown';
  for (const [index, part] of ours.numbers.entries()) {
    const difference = (other.numbers[index] ?? 0) - part;
    if (difference !== 0) return difference < 0 ? 'older' : 'newer';
  }
  // Two pre-releases of one version: which is later does not follow from their names alone.
  if (ours.early && other.early) return 'unknown';
  if (ours.early === other.early) return 'same';
  return other.early ? 'older' : 'newer';
}

function parse(version: string): { numbers: readonly number[]; early: boolean } | undefined {
  const match = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(-[\w.]{1,50})?$/.exec(version);
  if (match === null) return undefined;
  return { numbers: match.slice(1, 4).map(Number), early: match[4] !== undefined };
}
