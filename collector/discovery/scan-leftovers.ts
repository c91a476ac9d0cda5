import { inPart } from './parts.ts';
import { type HomeScan, modeOf, readPlaced, type Scan } from './scan.ts';

/** A history of years; what is older than the first megabytes was typed long ago. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_FILES = 30;
const MAX_SECRETS = 200;

/** Looks for secrets in what agents leave behind: prompts, copies of the shell environment, things that were pasted. */
export function scanLeftovers(scan: Scan, home: HomeScan): void {
  for (const { spec } of scan.drafts.values()) {
    for (const source of spec.discovery.leftovers ?? []) {
      if (source.on?.includes(home.context.platform) === false) continue;
      const place = home.places.expand(source.path);
      if (place === undefined) continue;
      const paths = home.files.find(place.path);
      if (paths.length > MAX_FILES)
        scan.notes.add(
          'discovery.limit',
          `${place.path}: ${MAX_FILES} of ${paths.length} files were looked at`,
        );
      // Names begin with a time or a number: the newest are last.
      for (const path of paths.slice(-MAX_FILES)) {
        inPart(scan, home, `leftover ${spec.id} ${source.kind} ${path}`, (inner, innerHome) => {
          const file = readPlaced(inner, innerHome, path, place.area, undefined, MAX_BYTES, 'cut');
          if (file === undefined) return {};
          takeSecrets(inner, file.bytes.toString('utf8'), {
            path,
            scope: 'user',
            agentIds: [spec.id],
            ...modeOf(home, file.mode),
            leftover: source.kind,
          });
          return {};
        });
      }
    }
  }
}

function takeSecrets(scan: Scan, text: string, place: Parameters<Scan['collector']['addFound']>[2]): void {
  let line = 1;
  let from = 0;
  const seen = new Set<string>();
  for (const span of scan.options.findSecrets.findSecrets(text)) {
    const value = text.slice(span.start, span.end);
    if (seen.has(value) || seen.size >= MAX_SECRETS) continue;
    for (let at = text.indexOf('\n', from); at >= 0 && at < span.start; at = text.indexOf('\n', from)) {
      line++;
      from = at + 1;
    }
    scan.collector.addFound(span, value, { ...place, line }, seen.size);
    seen.add(value);
  }
}
