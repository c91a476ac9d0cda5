import { dirname } from 'node:path';
import { parseDocument } from './parse-document.ts';
import { modeOf, readPlaced, type Scan } from './scan.ts';

/** `settings.json.bak`, `.claude.json.backup.1700000000`, `config.toml~`, `auth.json.old`, `auth.json.2026-01-01`. */
const BACKUP_ENDING = /^(?:~|\.(?:bak|backup|old|orig|save|copy|prev|\d{4,})(?:[.\d_-].*)?)$/i;
const IS_BACKUP = /\.(?:bak|backup)(?:\.[^/]*)?$/i;
const MAX_BACKUPS = 100;

/** Modes of the files that steer agents or hold their secrets, and of copies that were left beside them. */
export function scanModes(scan: Scan): void {
  let backups = 0;
  for (const [path, seen] of [...scan.seen]) {
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
      takeBackup(scan, `${dirname(path)}/${name}`, path);
    }
  }
}

/** A copy holds what the original held when it was made: its secrets are credentials in a second place. */
function takeBackup(scan: Scan, path: string, original: string): void {
  const seen = scan.seen.get(original);
  if (seen === undefined) return;
  const file = readPlaced(scan, seen.home, path, 'home', undefined, scan.limits.maxConfigBytes);
  if (file === undefined) return;
  const agentIds = [...seen.agentIds];
  const place = { path, scope: seen.scope, agentIds, ...modeOf(seen.home, file.mode) };
  const format = original.endsWith('.toml') ? 'toml' : 'json';
  scan.collector.redactDeep(undefined, parseDocument(file.bytes.toString('utf8'), format).document, place);
  scan.facts.push({
    kind: 'file-mode',
    agentIds,
    path,
    mode: file.mode,
    holds: scan.collector.holdsSecret(path) ? 'secret' : 'config',
    backupCopy: true,
  });
}
