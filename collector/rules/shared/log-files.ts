/** Parts of an agent's own folders that are no record: notes, temporary files, copies of the clipboard. */
const NO_RECORD =
  /[\\/](?:memory|memories|tool-results|tool-output|scratchpad|images?|cache|bin|node_modules|snapshot|shell-snapshots|file-history|todos|plans|worktree)(?:[\\/]|$)/i;
const RECORD = /\.(?:jsonl?|db|sqlite3?|log|vscdb|db-wal)$|[\\/]logs?\.json$/i;
const RECORD_FOLDER =
  /[\\/](?:projects|sessions|archived_sessions|chats|history|session-state|storage|log|logs)(?:[\\/][^\\/.]{1,200}){0,3}(?:[\\/]\*{0,2}[\w.]{0,8})?$/i;

/**
 * `true` when a path below an agent's folder is a record of its sessions. Writing a file is only tampering when it is
 * the record itself; deleting is so for whole folders too.
 */
export function isAgentRecord(path: string, how: 'write' | 'delete'): boolean {
  if (NO_RECORD.test(path)) return false;
  return RECORD.test(path) || (how === 'delete' && RECORD_FOLDER.test(path));
}
