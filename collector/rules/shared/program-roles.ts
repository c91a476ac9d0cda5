import type { ShellCommand } from '../../contract/shell.ts';
import { canonicalName } from './program-names.ts';

/** Canonical program names by what the program does, blank-separated; one program may have several roles. */
const MEMBERS = {
  /** Runs shell text: its argument of `-c`, its file, its input. */
  shell: 'sh bash zsh dash ksh mksh ash fish csh tcsh rbash busybox powershell cmd nu elvish',
  /** Runs a language body: its argument of `-c` or `-e`, its file, its input. */
  interpreter:
    'python pypy ipython node bun deno tsx ts-node perl ruby irb php lua luajit osascript tclsh rscript groovy elixir julia guile expect swift',
  /** Runs a text inside the shell that reads it. */
  evaluator: 'invoke-expression eval source .',
  /** Coding agents that can be started from a command line. */
  agent:
    'claude codex gemini copilot opencode cursor-agent cursor aider goose amp crush q kiro kiro-cli qwen openclaw droid auggie cline continue cn pi hermes grok kimi vibe amazon-q',
  /** Looks for names or content in many files. */
  searcher:
    'find grep rg ag ack fd fdfind locate mdfind git-grep select-string findstr get-childitem where-object ls tree dir',
  /** Shows, transforms or edits the content of the files it is given. */
  reader:
    'cat tac nl less more most head tail bat view vim nano emacs code grep rg ag ack sed awk jq yq mlr csvtool cut sort uniq tr paste column fold rev fmt pr expand join comm strings xxd od hexdump base64 base32 openssl tar zip 7z 7za gzip bzip2 xz zstd split dd diff cmp wc look glow bc sqlite3 plutil pbcopy xclip xsel wl-copy clip python node ruby perl php get-content type select-string import-csv',
  /** Opens the files it is given for a purpose of its own. */
  opener:
    'gpg source . export envsubst dotenv mapfile readarray read xargs find fd findstr rclone certutil keytool compress-archive busybox',
  /** Makes its last operand out of the ones before. */
  copier: 'cp mv ln install ditto scp rsync copy-item move-item copy move xcopy robocopy',
  /** Sends the files it is given somewhere. */
  sender:
    'curl wget http https xh nc socat ftp sftp tftp lftp invoke-webrequest invoke-restmethod mail mutt sendmail swaks croc wormhole magic-wormhole transfer',
  writer: 'tee sponge set-content out-file new-item add-content',
  appender: 'add-content',
  /** Takes files or their content away. */
  remover:
    'rm rmdir unlink shred srm wipe trash trash-put rimraf truncate del erase rd remove-item clear-content mkfs',
  /** Looks at names and attributes only, or changes no more than those. */
  toucher:
    'ls dir ll tree stat file test [ [[ du df which realpath readlink basename dirname pwd cd pushd set-location echo printf write-host write-output mkdir touch chmod chown chgrp chattr lsattr getfacl icacls attrib get-acl get-childitem get-item test-path md5sum sha1sum sha256sum shasum cksum',
} as const;

export type ProgramRole = keyof typeof MEMBERS;

const NO_ROLES: ReadonlySet<string> = new Set();
const ROLES = new Map<string, Set<string>>();
for (const [role, names] of Object.entries(MEMBERS)) {
  for (const name of names.split(' ')) {
    const known = ROLES.get(name);
    if (known === undefined) ROLES.set(name, new Set([role]));
    else known.add(role);
  }
}

/** Everything the program of this canonical name does; of most programs nothing is known. */
export function rolesOf(name: string): { has(role: ProgramRole): boolean; readonly size: number } {
  return ROLES.get(name) ?? NO_ROLES;
}

/** `true` when the program of this canonical name does this. */
export function isRole(name: string, role: ProgramRole): boolean {
  return rolesOf(name).has(role);
}

/** `true` when the program of the command does this: `hasRole(command, 'searcher')`. */
export function hasRole(command: ShellCommand, role: ProgramRole): boolean {
  return isRole(canonicalName(command.program), role);
}
