import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { resolvePath } from './paths.ts';
import { programKey } from './programs.ts';

/** What a call does with one path. `touch` = looks at the name or the attributes only; `own` = a program opens its own file. */
export type PathHow = 'read' | 'send' | 'write' | 'append' | 'delete' | 'touch' | 'own' | 'execute';

export interface PathUse {
  /** Absolute. */
  readonly path: string;
  readonly how: PathHow;
  readonly command?: ShellCommand;
}

type Place = Pick<SessionContext, 'home' | 'platform'>;

const cache = new WeakMap<ToolCallEvent, readonly PathUse[]>();
const NONE: readonly PathUse[] = [];
/** More paths than a person could mean; a hostile call cannot make us work longer. */
const MAX_USES = 400;
const MAX_CODE = 20_000;

/** Every path a call names on this machine, and what happens to it. Worked out once per event. */
export function pathUses(event: ToolCallEvent, place: Place): readonly PathUse[] {
  const known = cache.get(event);
  if (known !== undefined) return known;
  const uses = event.shell === undefined ? toolUses(event) : shellUses(event.shell.commands, place);
  cache.set(event, uses);
  return uses;
}

function toolUses(event: ToolCallEvent): readonly PathUse[] {
  if (event.resources.length === 0) return NONE;
  const uses: PathUse[] = [];
  for (const resource of event.resources) {
    if (resource.kind !== 'file' || uses.length >= MAX_USES) continue;
    switch (resource.access) {
      case 'read':
        // A search tool shows matching lines, a file search only names.
        uses.push({ path: resource.value, how: 'read' });
        break;
      case 'write':
        uses.push({ path: resource.value, how: 'write' });
        break;
      case 'delete':
        uses.push({ path: resource.value, how: 'delete' });
        break;
      default:
        uses.push({ path: resource.value, how: 'touch' });
    }
  }
  return uses;
}

/** Programs that show, copy, pack or change the content of the files they are given. */
const READERS = new Set([
  'cat',
  'tac',
  'nl',
  'less',
  'more',
  'most',
  'head',
  'tail',
  'bat',
  'batcat',
  'grep',
  'egrep',
  'fgrep',
  'zgrep',
  'rg',
  'ag',
  'ack',
  'sed',
  'awk',
  'gawk',
  'mawk',
  'cut',
  'sort',
  'uniq',
  'tr',
  'paste',
  'column',
  'strings',
  'xxd',
  'od',
  'hexdump',
  'base64',
  'base32',
  'openssl',
  'gpg',
  'jq',
  'yq',
  'tar',
  'zip',
  '7z',
  '7za',
  'gzip',
  'bzip2',
  'xz',
  'zstd',
  'split',
  'dd',
  'diff',
  'comm',
  'cmp',
  'vim',
  'vi',
  'nano',
  'emacs',
  'code',
  'sqlite3',
  'source',
  '.',
  'export',
  'pbcopy',
  'xclip',
  'xsel',
  'wl-copy',
  'clip',
  'python',
  'node',
  'ruby',
  'perl',
  'php',
  'get-content',
  'gc',
  'type',
  'select-string',
  'sls',
  'copy-item',
  'cpi',
  'copy',
  'xcopy',
  'robocopy',
  'compress-archive',
  'import-csv',
  'findstr',
  'find',
  'fd',
  'xargs',
  'mapfile',
  'readarray',
  'read',
  'rev',
  'fold',
  'fmt',
  'pr',
  'expand',
  'install',
  'ditto',
  'rclone',
  'certutil',
  'plutil',
  'dotenv',
  'keytool',
  'glow',
  'wc',
  'envsubst',
  'view',
  'busybox',
  'mlr',
  'csvtool',
  'bc',
  'look',
  'join',
]);
/** Programs that send the files they are given somewhere. */
const SENDERS = new Set([
  'curl',
  'wget',
  'http',
  'https',
  'xh',
  'nc',
  'ncat',
  'netcat',
  'socat',
  'ftp',
  'sftp',
  'tftp',
  'lftp',
  'invoke-webrequest',
  'iwr',
  'invoke-restmethod',
  'irm',
  'mail',
  'mutt',
  'sendmail',
  'swaks',
  'croc',
  'wormhole',
  'magic-wormhole',
  'transfer',
]);
const COPIERS = new Set([
  'cp',
  'mv',
  'scp',
  'rsync',
  'install',
  'ditto',
  'copy-item',
  'cpi',
  'copy',
  'move-item',
  'mi',
  'move',
  'ln',
  'xcopy',
  'robocopy',
]);
const TOUCHERS = new Set([
  'ls',
  'dir',
  'll',
  'stat',
  'file',
  'test',
  '[',
  '[[',
  'chmod',
  'chown',
  'chgrp',
  'chattr',
  'mkdir',
  'touch',
  'which',
  'realpath',
  'readlink',
  'basename',
  'dirname',
  'du',
  'df',
  'tree',
  'get-childitem',
  'gci',
  'get-item',
  'gi',
  'test-path',
  'get-acl',
  'icacls',
  'attrib',
  'echo',
  'printf',
  'pwd',
  'cd',
  'pushd',
  'set-location',
  'md5sum',
  'sha1sum',
  'sha256sum',
  'shasum',
  'cksum',
  'write-host',
  'write-output',
  'lsattr',
  'getfacl',
]);
const DELETERS = new Set([
  'rm',
  'unlink',
  'shred',
  'rmdir',
  'remove-item',
  'ri',
  'del',
  'erase',
  'rd',
  'trash',
  'srm',
  'truncate',
]);
const WRITERS = new Set(['tee', 'set-content', 'sc', 'out-file', 'new-item', 'ni', 'add-content', 'ac']);
const APPENDERS = new Set(['add-content', 'ac']);

function shellUses(commands: readonly ShellCommand[], place: Place): readonly PathUse[] {
  const uses: PathUse[] = [];
  for (const command of commands) {
    if (command.elsewhere && !COPIERS.has(programKey(command.program))) continue;
    if (uses.length >= MAX_USES) break;
    redirectUses(command, place, uses);
    argumentUses(command, place, uses);
    if (command.code !== undefined) codeUses(command, command.code, place, uses);
  }
  return uses;
}

function redirectUses(command: ShellCommand, place: Place, uses: PathUse[]): void {
  for (const redirect of command.redirects) {
    const path = redirect.target === undefined ? undefined : resolve(redirect.target, command, place);
    if (path === undefined || path.startsWith('/dev/null')) continue;
    if (redirect.operator.includes('<') && !redirect.operator.includes('>'))
      uses.push({ path, how: 'read', command });
    else uses.push({ path, how: redirect.operator.includes('>>') ? 'append' : 'write', command });
  }
}

function argumentUses(command: ShellCommand, place: Place, uses: PathUse[]): void {
  const key = programKey(command.program);
  const how = howOf(key, command);
  // Nobody asks for names that are only looked at, or for what a program opens for itself: most commands end here.
  if (how === undefined || how === 'own' || how === 'touch') return;
  const words = pathWords(command, key);
  const last = words.length - 1;
  words.forEach((word, index) => {
    if (uses.length >= MAX_USES) return;
    const path = resolve(word, command, place);
    if (path === undefined) return;
    uses.push({ path, how: COPIERS.has(key) && index === last && words.length > 1 ? 'write' : how, command });
  });
}

function howOf(key: string, command: ShellCommand): PathHow | undefined {
  if (TOUCHERS.has(key)) return 'touch';
  if (DELETERS.has(key)) return 'delete';
  if (APPENDERS.has(key) || (key === 'tee' && command.args.some((a) => a === '-a' || a === '--append')))
    return 'append';
  if (WRITERS.has(key)) return 'write';
  if (key === 'sed' || key === 'perl')
    return command.args.some((a) => /^-[a-z]*i/.test(a) || a.startsWith('--in-place')) ? 'write' : 'read';
  if (
    key === 'openssl' &&
    /^(?:genrsa|genpkey|req|x509|verify|s_client|rand|ecparam|dhparam)$/.test(command.args[0] ?? '')
  )
    return 'own';
  if (key === 'gpg' && !command.args.some((a) => /^--(?:export-secret|list-secret)/.test(a))) return 'own';
  if (key === 'find' || key === 'fd') return command.args.some((a) => a === '-delete') ? 'delete' : 'touch';
  if (
    (key === 'grep' || key === 'rg') &&
    command.args.some((a) => a === '-l' || a === '-q' || a === '-c' || a === '--quiet' || a === '--files')
  )
    return 'touch';
  if (key === 'wc') return 'touch';
  if (SENDERS.has(key)) return 'send';
  if (COPIERS.has(key)) return key === 'scp' || key === 'rsync' ? 'send' : 'read';
  if (READERS.has(key)) return 'read';
  return 'own';
}

/** Flags whose value is a key, a certificate or a configuration the program uses for itself. */
const OWN_FILE_FLAGS = new Set([
  '-i',
  '-F',
  '--cert',
  '--key',
  '--cacert',
  '--capath',
  '-K',
  '--config',
  '--kubeconfig',
  '--identity',
  '--netrc-file',
  '-E',
  '--ca-certificate',
  '--private-key',
  '--env-file',
  '--keyfile',
  '--certfile',
  '-e',
  '-S',
]);

function pathWords(command: ShellCommand, key: string): string[] {
  const sender = SENDERS.has(key) || key === 'scp' || key === 'rsync' || key === 'sftp';
  const search =
    key === 'grep' ||
    key === 'egrep' ||
    key === 'fgrep' ||
    key === 'rg' ||
    key === 'ag' ||
    key === 'ack' ||
    key === 'sed' ||
    key === 'awk' ||
    key === 'jq' ||
    key === 'yq' ||
    key === 'select-string' ||
    key === 'sls' ||
    key === 'findstr';
  // The first operand of a search is the pattern, unless -e or -f gave it.
  let skipPattern =
    search &&
    !command.args.some(
      (a) => a === '-e' || a === '-f' || a.startsWith('--regexp') || a === '-Path' || a === '-Pattern',
    );
  const words: string[] = [];
  for (let i = 0; i < command.args.length; i++) {
    const word = command.args[i] ?? '';
    if (word.length === 0 || word.length > 1_000) continue;
    if (word.charCodeAt(0) === DASH) {
      if (sender && OWN_FILE_FLAGS.has(word)) i += 1;
      else if (word === '-Pattern' || word === '-m' || word === '-A' || word === '-B' || word === '-C')
        i += 1;
      else {
        const equals = word.indexOf('=');
        if (equals > 0 && !OWN_FILE_FLAGS.has(word.slice(0, equals)))
          words.push(stripAt(word.slice(equals + 1)));
        else if (/^-[dFT]@?[./~@]/.test(word)) words.push(stripAt(word.slice(2)));
      }
      continue;
    }
    if (skipPattern) {
      skipPattern = false;
      continue;
    }
    if (word.includes('://')) continue;
    const equals = word.indexOf('=');
    // `if=/dev/sda`, `file=@.env`, `data=<.env`
    if (equals > 0 && equals < 30 && /^[\w.[\]-]+$/.test(word.slice(0, equals)))
      words.push(stripAt(word.slice(equals + 1)));
    else words.push(stripAt(word));
  }
  return words;
}

function stripAt(word: string): string {
  const text = word.replace(/^[@<]/, '');
  const semicolon = text.indexOf(';');
  return semicolon > 0 ? text.slice(0, semicolon) : text;
}

/** Paths in the text of `python -c` and the like: string literals that look like one. */
function codeUses(command: ShellCommand, code: string, place: Place, uses: PathUse[]): void {
  const text = code.slice(0, MAX_CODE);
  const writes =
    /\b(?:write|writeFile\w*|appendFile\w*|dump|write_text|write_bytes)\s*\(|["'][wa]b?\+?["']/.test(text);
  const deletes = /\b(?:rmtree|unlink|rmSync|rm_rf|removedirs|os\.remove|rimraf|FileUtils\.rm)/.test(text);
  for (const match of text.matchAll(/(["'`])((?:~|\/|\.{1,2}\/|[A-Za-z]:\\|\.)?[\w.~/\\ -]{2,200}?)\1/g)) {
    if (uses.length >= MAX_USES) return;
    const literal = match[2] ?? '';
    if (!/[./~\\]/.test(literal)) continue;
    // `os.path.expanduser('~') + '/.ssh/id_rsa'` and `join(homedir(), '.ssh/id_rsa')`
    const homeJoin =
      /expanduser|homedir|Path\.home|HOME|USERPROFILE/.test(text) && /^\/?\.[\w]/.test(literal);
    const path = homeJoin
      ? resolvePath(`~/${literal.replace(/^\//, '')}`, place)
      : resolve(literal, command, place);
    if (path === undefined) continue;
    uses.push({
      path,
      how: deletes ? 'delete' : writes && !/read|open\([^)]*\)\.read/.test(text) ? 'write' : 'read',
      command,
    });
  }
}

const DASH = 45;

function resolve(word: string, command: ShellCommand, place: Place): string | undefined {
  if (word === '' || word === '-') return undefined;
  return resolvePath(word, {
    home: place.home,
    platform: place.platform,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
  });
}
