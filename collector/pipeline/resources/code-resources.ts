import type { ResourceAccess } from '../../contract/event.ts';
import type { PathPlace } from '../../rules/shared/paths.ts';
import { isWindowsAbsolute } from '../../rules/shared/paths.ts';
import { literalsOf } from '../shell/code.ts';
import type { ResourceList } from './collect.ts';

const WRITES =
  /(?:writeFile(?:Sync)?|appendFile(?:Sync)?|write_text|write_bytes|createWriteStream|file_put_contents|File\.write|makedirs|mkdir(?:Sync)?|symlink(?:Sync)?|chmod(?:Sync)?|outputFile)\s*\(\s*$/;
const DELETES =
  /(?:rmtree|unlink(?:Sync)?|os\.remove|rm(?:Sync)?|rmdir(?:Sync)?|rm_rf|FileUtils\.\w+|File\.delete|removeSync|rimraf(?:Sync)?)\s*\(\s*$/;

/** Literal paths and URLs in a body of code; what is done with a path is told from the call around it. */
export function addCode(source: string, place: PathPlace, list: ResourceList): void {
  for (const { value, at } of literalsOf(source)) {
    if (/^[a-z][a-z0-9+.-]{1,20}:\/\/\S+$/i.test(value)) list.url(value, 'connect', place);
    else if (looksLikePath(value)) list.file(value, accessOf(source, at, value), place);
  }
}

function looksLikePath(text: string): boolean {
  if (text.length < 2 || text.length > 512 || /[\s;|&<>"'`*{}()\\^$]/.test(text.replace(/^\$HOME/, ''))) {
    return isWindowsAbsolute(text) && !/[\n<>|"*?]/.test(text);
  }
  return /^(?:~\/|\/[\w.~]|\.{1,2}\/|\$HOME\/)/.test(text) || text.startsWith('.env');
}

function accessOf(source: string, at: number, value: string): ResourceAccess {
  const before = source.slice(Math.max(0, at - 48), at);
  if (DELETES.test(before)) return 'delete';
  if (WRITES.test(before)) return 'write';
  const after = source.slice(at + value.length + 2, at + value.length + 24);
  return /\bopen\s*\(\s*$/.test(before) && /^\s*,\s*(?:mode\s*=\s*)?["'][rb]*[wax+]/.test(after)
    ? 'write'
    : 'read';
}
