import type { ResourceAccess } from '../../contract/event.ts';

/** What the arguments of a program are. `skip` = no file. */
export type ArgumentRole = ResourceAccess | 'skip';

interface ProgramEntry {
  /** Options that take the next argument and name no file, blank-separated. */
  readonly takes?: string;
  /** Role of every operand; none means operands are no files. */
  readonly operands?: ArgumentRole;
  /** The first operand is something else (pattern, mode, script) unless one of `unless` is given. */
  readonly first?: ArgumentRole;
  readonly unless?: readonly string[];
  /** The last of several operands: the target of a copy. */
  readonly last?: ArgumentRole;
  /** Options whose value is a file. */
  readonly options?: Readonly<Record<string, ArgumentRole>>;
  /** With one of these switches the operands are written, deleted … instead. */
  readonly switches?: Readonly<Record<string, ArgumentRole>>;
}

const READ: ProgramEntry = { operands: 'read' };
const WRITE: ProgramEntry = { operands: 'write' };
const DELETE: ProgramEntry = { operands: 'delete' };
const PATTERN_FIRST: ProgramEntry = {
  operands: 'read',
  first: 'skip',
  unless: ['-e', '-f', '--regexp', '--file', '--files'],
  takes:
    '-A -B -C -m -g -t -T -j --glob --type --type-not --include --exclude --exclude-dir --max-count --context --color --colour --sort --max-depth -d -M --after-context --before-context --iglob',
  options: { '-f': 'read', '--file': 'read' },
};
const SCRIPT_FILE: ProgramEntry = { first: 'execute' };
const COPY: ProgramEntry = {
  operands: 'read',
  last: 'write',
  takes: '-S --suffix -m --mode -o --owner -g --group --context',
  options: { '-t': 'write', '--target-directory': 'write' },
};

/** Options as in GNU coreutils 9.7, BSD and the programs' own manuals, 2026-11. */
const PROGRAMS: Readonly<Record<string, ProgramEntry>> = {
  cat: READ,
  bat: { operands: 'read', takes: '-l -r -H --language --line-range --style --theme --paging' },
  less: READ,
  more: READ,
  head: { operands: 'read', takes: '-n -c --lines --bytes' },
  tail: { operands: 'read', takes: '-n -c -s --lines --bytes --pid' },
  tac: READ,
  nl: { operands: 'read', takes: '-b -d -f -h -i -l -n -s -v -w' },
  od: { operands: 'read', takes: '-A -j -N -t -w' },
  xxd: { operands: 'read', takes: '-c -g -l -s -o' },
  hexdump: { operands: 'read', takes: '-e -n -s' },
  strings: { operands: 'read', takes: '-n -t -e' },
  wc: READ,
  sort: { operands: 'read', takes: '-k -t -S -T', options: { '-o': 'write', '--output': 'write' } },
  uniq: { operands: 'read', last: 'write', takes: '-f -s -w' },
  cut: { operands: 'read', takes: '-d -f -c -b --delimiter --fields' },
  paste: { operands: 'read', takes: '-d' },
  column: { operands: 'read', takes: '-t -s -o -N' },
  fold: { operands: 'read', takes: '-w' },
  rev: READ,
  diff: { operands: 'read', takes: '-U -C -x --exclude' },
  cmp: { operands: 'read', takes: '-n -i' },
  file: READ,
  stat: { operands: 'read', takes: '-c -f --format --printf' },
  md5sum: READ,
  sha1sum: READ,
  sha256sum: READ,
  shasum: { operands: 'read', takes: '-a' },
  md5: READ,
  base64: { operands: 'read', takes: '-w --wrap', options: { '-i': 'read', '-o': 'write' } },
  base32: { operands: 'read', takes: '-w' },
  grep: PATTERN_FIRST,
  rg: PATTERN_FIRST,
  ag: PATTERN_FIRST,
  ack: PATTERN_FIRST,
  fd: { ...PATTERN_FIRST, takes: '-e -t -d -E -S --extension --type --max-depth --exclude -x -X --exec' },
  jq: {
    operands: 'read',
    first: 'skip',
    unless: ['-f', '--from-file'],
    takes: '--arg --argjson --indent --tab',
    options: { '-f': 'read', '--from-file': 'read', '--slurpfile': 'skip', '--rawfile': 'skip' },
  },
  yq: {
    operands: 'read',
    first: 'skip',
    takes: '-p -o -I',
    switches: { '-i': 'write', '--inplace': 'write' },
  },
  awk: {
    operands: 'read',
    first: 'skip',
    unless: ['-f', '--file'],
    takes: '-F -v',
    options: { '-f': 'execute' },
  },
  sed: {
    operands: 'read',
    first: 'skip',
    unless: ['-e', '-f', '--expression', '--file'],
    takes: '-e --expression -l',
    options: { '-f': 'read' },
    switches: {
      '-i': 'write',
      '--in-place': 'write',
      '-i.bak': 'write',
      '-Ei': 'write',
      '-ri': 'write',
      '-ni': 'write',
    },
  },
  ls: READ,
  tree: { operands: 'read', takes: '-L -I -P' },
  du: { operands: 'read', takes: '-d --max-depth --exclude' },
  readlink: READ,
  realpath: READ,
  plutil: { operands: 'read', takes: '-convert -o -extract' },
  sqlite3: { first: 'read', takes: '-cmd -separator' },
  vim: { operands: 'write', takes: '-c --cmd -u -i -w' },
  nano: WRITE,
  emacs: WRITE,
  code: { operands: 'read', takes: '-g --goto --install-extension' },
  open: { operands: 'read', takes: '-a -b' },
  touch: { operands: 'write', takes: '-t -d -r' },
  mkdir: { operands: 'write', takes: '-m --mode' },
  mkfifo: { operands: 'write', takes: '-m' },
  tee: WRITE,
  sponge: WRITE,
  truncate: { operands: 'write', takes: '-s -r --size' },
  fallocate: { operands: 'write', takes: '-l -o' },
  cp: COPY,
  install: { ...COPY, takes: '-m -o -g -S --mode --owner --group' },
  ln: { operands: 'read', last: 'write', takes: '-S', options: { '-t': 'write' } },
  mv: {
    operands: 'delete',
    last: 'write',
    takes: '-S',
    options: { '-t': 'write', '--target-directory': 'write' },
  },
  rm: DELETE,
  rmdir: DELETE,
  unlink: DELETE,
  srm: DELETE,
  shred: { operands: 'delete', takes: '-n -s --iterations' },
  wipe: DELETE,
  trash: DELETE,
  'trash-put': DELETE,
  rimraf: DELETE,
  chmod: { operands: 'write', first: 'skip', unless: ['--reference'] },
  chown: { operands: 'write', first: 'skip', unless: ['--reference'] },
  chgrp: { operands: 'write', first: 'skip' },
  chattr: { operands: 'write', first: 'skip' },
  setfacl: { operands: 'write', takes: '-m -x -M' },
  xattr: { operands: 'write', first: 'skip', takes: '-d -w -p' },
  zip: { operands: 'read', first: 'write', takes: '-x -i -P -s' },
  unzip: { first: 'read', takes: '-P -x', options: { '-d': 'write' } },
  gzip: { operands: 'read', takes: '-S' },
  gunzip: READ,
  zcat: READ,
  bzip2: READ,
  xz: { operands: 'read', takes: '-T' },
  zstd: { operands: 'read', options: { '-o': 'write' } },
  '7z': { operands: 'read', first: 'skip' },
  split: { operands: 'read', last: 'write', takes: '-b -l -n -a' },
  openssl: {
    options: {
      '-in': 'read',
      '-out': 'write',
      '-inkey': 'read',
      '-key': 'read',
      '-pass': 'skip',
      '-passin': 'skip',
      '-K': 'skip',
    },
  },
  gpg: {
    operands: 'read',
    takes: '-r -u --recipient --passphrase --batch --homedir --keyserver',
    options: { '-o': 'write', '--output': 'write' },
  },
  age: { operands: 'read', takes: '-r', options: { '-o': 'write', '-i': 'read', '-R': 'read' } },
  mkfs: DELETE,
  'ssh-keygen': { options: { '-f': 'write' }, takes: '-t -b -C -N -P' },
  'ssh-add': { operands: 'read', takes: '-t' },
  ssh: { options: { '-i': 'skip', '-F': 'read' } },
  source: SCRIPT_FILE,
  '.': SCRIPT_FILE,
  sh: SCRIPT_FILE,
  bash: {
    first: 'execute',
    takes: '-o +o -O +O',
    options: { '--rcfile': 'execute', '--init-file': 'execute' },
  },
  zsh: { first: 'execute', takes: '-o +o' },
  dash: SCRIPT_FILE,
  ksh: SCRIPT_FILE,
  fish: SCRIPT_FILE,
  python: { first: 'execute', takes: '-W -X', unless: ['-c', '-m'] },
  node: {
    first: 'execute',
    takes: '--max-old-space-size',
    options: { '-r': 'execute', '--require': 'execute', '--import': 'execute', '--env-file': 'read' },
    unless: ['-e', '-p', '--eval', '--print'],
  },
  bun: { first: 'skip' },
  tsx: SCRIPT_FILE,
  'ts-node': SCRIPT_FILE,
  perl: {
    first: 'execute',
    operands: 'read',
    unless: ['-e', '-E', '-ne', '-pe', '-pi', '-i'],
    switches: { '-i': 'write', '-pi': 'write', '-i.bak': 'write' },
  },
  ruby: { first: 'execute', unless: ['-e'] },
  php: { first: 'execute', unless: ['-r'], options: { '-f': 'execute' } },
  lua: { first: 'execute', unless: ['-e'] },
  osascript: { first: 'execute', unless: ['-e'] },
  make: { options: { '-f': 'execute', '--file': 'execute', '-C': 'skip' } },
  crontab: { operands: 'write', takes: '-u' },
  launchctl: { operands: 'skip' },
  patch: { first: 'write', options: { '-i': 'read', '-o': 'write' }, takes: '-d -p' },
  docker: { options: { '--env-file': 'read' } },
  visudo: { options: { '-f': 'write' } },
  'get-content': {
    operands: 'read',
    options: { '-path': 'read', '-literalpath': 'read' },
    takes: '-tail -head -totalcount -encoding',
  },
  type: READ,
  'select-string': {
    operands: 'skip',
    options: { '-path': 'read', '-literalpath': 'read' },
    takes: '-pattern',
  },
  'get-childitem': {
    operands: 'read',
    options: { '-path': 'read', '-literalpath': 'read' },
    takes: '-filter -include -exclude -depth',
  },
  'set-content': {
    first: 'write',
    options: { '-path': 'write', '-literalpath': 'write' },
    takes: '-value -encoding',
  },
  'add-content': {
    first: 'write',
    options: { '-path': 'write', '-literalpath': 'write' },
    takes: '-value -encoding',
  },
  'out-file': {
    first: 'write',
    options: { '-filepath': 'write', '-literalpath': 'write' },
    takes: '-encoding -inputobject',
  },
  'new-item': { first: 'write', options: { '-path': 'write' }, takes: '-itemtype -value -name' },
  'clear-content': { operands: 'write', options: { '-path': 'write' } },
  'remove-item': {
    operands: 'delete',
    options: { '-path': 'delete', '-literalpath': 'delete' },
    takes: '-include -exclude -filter',
  },
  'copy-item': {
    operands: 'read',
    last: 'write',
    options: { '-path': 'read', '-literalpath': 'read', '-destination': 'write' },
  },
  'move-item': { operands: 'delete', last: 'write', options: { '-path': 'delete', '-destination': 'write' } },
  'rename-item': { first: 'delete', options: { '-path': 'delete' } },
  copy: { operands: 'read', last: 'write' },
  xcopy: { operands: 'read', last: 'write' },
  robocopy: { operands: 'read', last: 'write' },
  move: { operands: 'delete', last: 'write' },
  ren: { first: 'delete' },
  del: DELETE,
  erase: DELETE,
  rd: DELETE,
  findstr: { operands: 'read', first: 'skip' },
  attrib: WRITE,
  icacls: { first: 'write' },
  'invoke-webrequest': {
    options: { '-outfile': 'write', '-infile': 'read' },
    takes: '-uri -method -body -headers',
  },
  'invoke-restmethod': {
    options: { '-outfile': 'write', '-infile': 'read' },
    takes: '-uri -method -body -headers',
  },
  'compress-archive': {
    options: { '-path': 'read', '-literalpath': 'read', '-destinationpath': 'write' },
    operands: 'read',
  },
  'expand-archive': { options: { '-path': 'read', '-destinationpath': 'write' }, operands: 'read' },
  curl: {
    takes:
      '-H -A -e -u -X -b --header --user-agent --user --request --connect-timeout --max-time -m --retry --proxy -x --cookie --resolve -w --write-out -r --range --data-binary --data-raw --data-urlencode -d --data -F --form --json -E --url --referer --limit-rate -C',
    options: {
      '-o': 'write',
      '--output': 'write',
      '-T': 'read',
      '--upload-file': 'read',
      '-K': 'read',
      '--config': 'read',
      '-c': 'write',
      '--cookie-jar': 'write',
      '--cacert': 'read',
      '--cert': 'read',
      '--key': 'read',
      '-D': 'write',
      '--output-dir': 'write',
      '--trace': 'write',
      '--netrc-file': 'read',
      '--unix-socket': 'write',
    },
  },
  wget: {
    takes:
      '-U -t -T -e --header --user --password --post-data --timeout --tries --user-agent --method --body-data -l -A -R -D',
    options: {
      '-O': 'write',
      '--output-document': 'write',
      '-P': 'write',
      '--directory-prefix': 'write',
      '--post-file': 'read',
      '--body-file': 'read',
      '-i': 'read',
      '--input-file': 'read',
      '-o': 'write',
      '-a': 'write',
      '--load-cookies': 'read',
    },
  },
  aria2c: { options: { '-d': 'write', '-o': 'write', '-i': 'read' } },
};

/** An entry as it is asked for every command: one shape for all, names in sets. */
export type ProgramFiles = ReturnType<typeof toFiles>;

function toFiles({ operands, first, unless, last, takes, options, switches }: ProgramEntry) {
  return {
    operands,
    first,
    unless: unless ?? [],
    last,
    takes: new Set(takes?.split(' ')),
    options: options === undefined ? undefined : new Map(Object.entries(options)),
    switches: switches === undefined ? undefined : new Map(Object.entries(switches)),
  };
}

/** File knowledge per canonical program name. */
export const PROGRAM_FILES: ReadonlyMap<string, ProgramFiles> = new Map(
  Object.entries(PROGRAMS).map(([name, entry]) => [name, toFiles(entry)]),
);
