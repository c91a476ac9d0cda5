import { fileURLToPath } from 'node:url';
import { withSlashes } from './expand-path.ts';
import { isInside } from './safe-read.ts';
import type { HomeScan } from './scan.ts';

/**
 * Folders of this home among what agents have recorded, in the order given, each once.
 * A recorded path may be of another machine (`/home/jane/shop` in a copy under `/mnt/evidence`): then the part
 * below the home counts. In a foreign home nothing outside of it is looked at.
 */
export function projectFolders(home: HomeScan, recorded: readonly string[]): readonly string[] {
  const found = new Map<string, string>();
  for (const text of recorded) {
    for (const candidate of candidates(home, text)) {
      const real = home.disk.realFolder(candidate);
      if (real === undefined || found.has(real)) continue;
      const within = home.otherRoot ?? home.context.home;
      if (home.foreign && !isInside(real, home.disk.realFolder(within) ?? within)) continue;
      found.set(real, candidate);
    }
  }
  return [...found.values()];
}

function candidates(home: HomeScan, recorded: string): readonly string[] {
  const path = withSlashes(fromUri(recorded) ?? '').replace(/(.)\/+$/, '$1');
  if (!/^(?:\/|[A-Za-z]:\/)/.test(path)) return [];
  if (home.otherRoot !== undefined) return [home.otherRoot + path];
  const base = withSlashes(home.context.home);
  if (!home.foreign || isInside(path, base)) return [path];
  const owner = `/${base.slice(base.lastIndexOf('/') + 1)}`;
  const at = path.indexOf(`${owner}/`);
  return at < 0 ? [] : [base + path.slice(at + owner.length)];
}

/** `file:///home/jane/shop`; other schemes are on other machines. */
function fromUri(text: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return text;
  if (!text.startsWith('file://')) return undefined;
  try {
    return fileURLToPath(text);
  } catch {
    return undefined; // a URI with a host, or with escapes that are none
  }
}
