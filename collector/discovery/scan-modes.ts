import { dirname } from 'node:path';
import { parseDocument } from './parse-document.ts';
import { inPart } from './parts.ts';
import { modeOf, readPlaced, type Scan, type SeenFile } from './scan.ts';

/** `settings.json.bak`, `.claude.json.backup.1700000000`, `config.toml~`, `auth.json.old`, `auth.json.2026-01-01`. */
const BACKUP_ENDING = /^(?:~|\.(?:bak|backup|old|orig|save|copy|prev|\d{4,})(?:[.\d_-].*)?)$/i;
const IS_BACKUP = /\.(?:bak|backup)(?:\.[^/]*)?$/i;
const MAX_BACKUPS = 100;

/** Modes of the files that steer agents or hold their secrets, and of copies that were left beside them. */
export function scanModes(scan: Scan): void {
  let backups = 0;
  for (const seen of [...scan.seen.values()]) {
    const { path } = seen;
    const secret = scan.collector.holdsSecret(path);
    // Project files are shared on purpose; they count when they hold a secret.
    if (seen.mode === undefined || (seen.scope === 'project' && !secret)) continue;
    const agentIds = [...seen.agentIds];
    const holds = secret ? ('secret' as const) : ('config' as const);
    const { mode } = seen;
    scan.facts.push({ kind: 'file-mode', agentIds, path, mode, holds, backupCopy: IS_BACKUP.test(path) });
    if (seen.scope === 'project') continue;
    const base = path.slice(path.lastIndexOf('/') + 1);
    for (const name of seen.home.files.list(dirname(path))) {
      if (!name.startsWith(base) || !BACKUP_ENDING.test(name.slice(base.length))) continue;
      if (++backups > MAX_BACKUPS) return;
      takeBackup(scan, `${dirname(path)}/${name}`, seen);
    }
  }
}

/** A copy holds what the original held when it was made: its secrets are credentials in a second place. */
function takeBackup(scan: Scan, path: string, original: SeenFile): void {
  const agentIds = [...original.agentIds];
  const { scope } = original;
  const format = original.path.endsWith('.toml') ? 'toml' : 'json';
  inPart(scan, original.home, `backup ${scope} ${format} ${agentIds.join(',')} ${path}`, (inner, home) => {
    const file = readPlaced(inner, home, path, 'home', undefined, inner.limits.maxConfigBytes);
    if (file === undefined) return {};
    const place = { path, scope, agentIds, ...modeOf(home, file.mode) };
    inner.collector.redactDeep(undefined, parseDocument(file.bytes.toString('utf8'), format).document, place);
    inner.facts.push({
      kind: 'file-mode',
      agentIds,
      path,
      mode: file.mode,
      holds: inner.collector.holdsSecret(path) ? 'secret' : 'config',
      backupCopy: true,
    });
    return {};
  });
}
