import type { ShellCommand } from '../../contract/shell.ts';

/**
 * One name per program: lower case, no `.exe`, no version (`python3.11` and `pythonw.exe` are `python`, `pip3` is `pip`),
 * PowerShell aliases by their cmdlet when the command is PowerShell (`iwr` is `invoke-webrequest`).
 */
export function canonicalProgram(command: ShellCommand): string {
  return canonicalName(command.program);
}

/** See `canonicalProgram`; for a name that is not in a command. */
export function canonicalName(program: string): string {
  const known = NAMES.get(program);
  if (known !== undefined) return known;
  let name = program.toLowerCase().replace(/\.(?:exe|cmd|bat|com)$/, '');
  name = aliasOf(name);
  if (/\d$/.test(name)) {
    const bare = /^(python|pypy|pip|node|ruby|perl|php|lua|gcc|clang|java|nodejs)-?[\d.]+$/.exec(name)?.[1];
    if (bare !== undefined) name = aliasOf(bare);
  }
  if (NAMES.size < MAX_NAMES && program.length < 64) NAMES.set(program, name);
  return name;
}

/** Own keys only: a program may be called `constructor`. */
function aliasOf(name: string): string {
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

const MAX_NAMES = 2_000;
/** Few programs are asked for a million times. */
const NAMES = new Map<string, string>();

/** Other names of the same thing. PowerShell aliases that are POSIX programs too (`cat`, `rm`, `curl`) keep their POSIX name. */
const ALIASES: Readonly<Record<string, string>> = {
  iwr: 'invoke-webrequest',
  irm: 'invoke-restmethod',
  iex: 'invoke-expression',
  saps: 'start-process',
  start: 'start-process',
  gc: 'get-content',
  gci: 'get-childitem',
  gi: 'get-item',
  sc: 'set-content',
  ac: 'add-content',
  ri: 'remove-item',
  rni: 'rename-item',
  cpi: 'copy-item',
  mi: 'move-item',
  ni: 'new-item',
  icm: 'invoke-command',
  sls: 'select-string',
  gps: 'get-process',
  spps: 'stop-process',
  pwsh: 'powershell',
  pythonw: 'python',
  py: 'python',
  nodejs: 'node',
  ncat: 'nc',
  netcat: 'nc',
  nc64: 'nc',
  nc32: 'nc',
  'nc.traditional': 'nc',
  'nc.openbsd': 'nc',
  gtar: 'tar',
  bsdtar: 'tar',
  gsed: 'sed',
  gawk: 'awk',
  mawk: 'awk',
  gfind: 'find',
  grm: 'rm',
  gcp: 'cp',
  gmv: 'mv',
  gbase64: 'base64',
  egrep: 'grep',
  fgrep: 'grep',
  zgrep: 'grep',
  ripgrep: 'rg',
  nvim: 'vim',
  vi: 'vim',
  batcat: 'bat',
};
