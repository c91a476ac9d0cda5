import { readFileSync } from 'node:fs';
import { parsePs as parseControlPs } from '../../collector/actions/os/darwin.ts';
import { parseStatLine } from '../../collector/actions/os/linux.ts';
import { parseList } from '../../collector/actions/os/win32.ts';
import { parseCpuTime, parsePs } from '../../collector/platform/darwin-processes.ts';
import { parseGitConfig } from '../../collector/platform/git-identity.ts';
import { parseArguments, parseVariables, pickVariables } from '../../collector/platform/linux-details.ts';
import { parseProcEvents } from '../../collector/platform/linux-proc-events.ts';
import { parseSocketRow } from '../../collector/platform/linux-socket-row.ts';
import { parseStat, parseStatBytes } from '../../collector/platform/linux-stat.ts';
import { parseTcpBytes } from '../../collector/platform/linux-tcp-bytes.ts';
import { toConnections } from '../../collector/platform/reported-connections.ts';
import { toSnapshot } from '../../collector/platform/reported-processes.ts';
import { mutateLine, type Random } from './mutate-json.ts';

/** A parser of what an operating system says: bent output of it goes in, and only sane facts may come out. */
export interface OsOutput {
  readonly name: string;
  readonly make: (random: Random) => string;
  /** @throws when something comes out that nothing later could live with */
  readonly feed: (input: string) => void;
}

const FIXTURES = new URL('../fixtures/processes/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8');
/** Between the two texts that one reader takes. */
const CUT = '\n--8<--\n';

const STAT =
  '4242 (node) S 4100 4242 4242 34816 4242 4194304 9 0 0 0 7 3 0 0 20 0 11 0 73421 999424 2500 18446744073709551615 94 95 96 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 97 98 99 100 101 102 103 0\n';
const SOCKETS = [
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0 100 0 0 10 0',
  '   1: 0A00020F:C350 076433C6:01BB 01 00000000:00000000 02:0000A2B1 00000000  1000        0 12346 2 0 20 4 30 10 -1',
  '   2: 0000000000000000FFFF00000F02000A:C350 00000000000000000000000001000000:01BB 01 0:0 0:0 0 1000 0 12347 2',
];
const LIST = '0 0 0 System Idle Process\r\n4 0 0 System\r\n4242 4100 1763802842123 claude.exe\r\n';
const CONTROL_PS =
  '  501     1   501 Ss   Tue Nov  3 09:14:02 2026     /usr/libexec/logd\n  777   501   777 T+   Sun Nov 22 23:59:59 2026     /bin/My Tool\n';
const GIT =
  '[user]\n\tname = Jane\n\temail = jane@example.com\n[include]\n\tpath = ~/.gitconfig.work\n[includeIf "gitdir:~/x/"]\n\tpath = y\n';
const ENVIRON = 'PATH=/usr/bin:/bin\0CLAUDECODE=1\0LD_PRELOAD=/tmp/x.so\0HOME=/home/dev\0NOTHING\0';

/** A fork event and a listing of one connection, as Linux 6.18 wrote them. */
const PROC_EVENT = `4c00000003000000${'00'.repeat(8)}0100000001000000${'00'.repeat(8)}280000000100000000000000${'00'.repeat(8)}0a0000000a0000000b0000000b000000${'00'.repeat(8)}`;
const TCP_BYTES = `e800000014000200${'00'.repeat(8)}02010000${'00'.repeat(64)}3930000094000200${'01'.repeat(144)}`;

function sane(what: string, value: number): void {
  if (!Number.isSafeInteger(value)) throw new Error(`${what} is ${value}`);
}

interface Told {
  readonly pid: number;
  readonly parentPid: number;
  readonly startTimeMs: number;
  readonly name: string;
}

function saneProcess({ pid, parentPid, startTimeMs, name }: Told): void {
  sane('pid', pid);
  sane('parent', parentPid);
  sane('start', startTimeMs);
  if (typeof name !== 'string') throw new Error(`name is ${typeof name}`);
}

/** Bytes as hexadecimal digits, one changed, some left out, or a length made absurd. */
function bend(hex: string, random: Random): string {
  const bytes = Buffer.from(hex, 'hex');
  for (let n = Math.floor(random() * 6); n >= 0; n -= 1) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = random() < 0.3 ? 0xff : Math.floor(random() * 256);
  }
  const parts = [bytes, Buffer.from(hex, 'hex')].slice(0, random() < 0.5 ? 1 : 2);
  return Buffer.concat(parts)
    .subarray(0, 1 + Math.floor(random() * bytes.length * 2))
    .toString('hex');
}

const text = (seeds: readonly string[]) => (random: Random) => {
  let made = seeds[Math.floor(random() * seeds.length)] ?? '';
  for (let n = Math.floor(random() * 3); n >= 0; n -= 1) made = mutateLine(made, random);
  return made.slice(0, 100_000);
};

/** Rows of a table are JSON: what the library between gives. Types it promises may be wrong. */
const rows = (name: string) => text([fixture(name).replaceAll('\n', ' ')]);

function rowsIn(input: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    return []; // The library throws then, and nothing is read.
  }
  return Array.isArray(value) ? value : [];
}

export const OS_OUTPUTS: readonly OsOutput[] = [
  {
    name: 'os ps of macOS',
    make: text([`${fixture('darwin-command.txt')}${CUT}${fixture('darwin-comm.txt')}`]),
    feed: (input) => {
      const [commands = '', executables = ''] = input.split(CUT);
      const { processes, usage } = parsePs(commands, executables);
      for (const one of processes) saneProcess(one);
      for (const { cpuMs, residentBytes } of usage.values())
        if (!Number.isFinite(cpuMs + residentBytes)) throw new Error('usage without bound');
    },
  },
  {
    name: 'os time of ps',
    make: text(['0:01.25', '12:03:44', '1-02:03:04', '-']),
    feed: (input) => {
      if (!Number.isFinite(parseCpuTime(input))) throw new Error('time without bound');
    },
  },
  {
    name: 'os ps of macOS, to act on',
    make: text([CONTROL_PS]),
    feed: (input) => {
      for (const one of parseControlPs(input)) saneProcess(one);
    },
  },
  {
    name: 'os list of Windows, to act on',
    make: text([LIST]),
    feed: (input) => {
      for (const one of parseList(input)) saneProcess(one);
    },
  },
  {
    name: 'os table of Windows',
    make: rows('win32-processes.json'),
    feed: (input) => {
      const { processes } = toSnapshot(rowsIn(input));
      for (const one of processes) saneProcess(one);
    },
  },
  ...['darwin-connections.json', 'win32-connections.json'].map((name): OsOutput => ({
    name: `os ${name.slice(0, -5)}`,
    make: rows(name),
    feed: (input) => {
      const keys = [9120, 7716].map((pid) => ({ pid, startTimeMs: 1 }));
      for (const { local, remote } of toConnections(rowsIn(input), keys).connections) {
        sane('port', local.port);
        if (remote !== undefined) sane('port', remote.port);
      }
    },
  })),
  {
    name: 'os stat of Linux',
    make: text([STAT]),
    feed: (input) => {
      const stat = parseStat(input);
      const bytes = Buffer.from(input);
      const same = parseStatBytes(bytes, bytes.length);
      if ((stat === undefined) !== (same === undefined)) throw new Error('two readings of one line');
      if (stat !== undefined) {
        sane('parent', stat.parentPid);
        sane('start', stat.startTicks);
      }
      const live = parseStatLine(input, 1_700_000_000_000, 'boot');
      if (live !== undefined) saneProcess(live);
    },
  },
  {
    name: 'os environment of Linux',
    make: text([ENVIRON]),
    feed: (input) => {
      const bytes = Buffer.from(input);
      const { markers = {}, loads = {} } = parseVariables(bytes);
      for (const value of [...Object.values(markers), ...Object.values(loads)])
        if (value.length > 300) throw new Error('a variable without bound');
      if (pickVariables(bytes, () => true).size > 256) throw new Error('variables without bound');
      parseArguments(input);
    },
  },
  {
    name: 'os sockets of Linux',
    make: text(SOCKETS),
    feed: (input) => {
      for (const table of ['tcp', 'tcp6', 'udp', 'udp6'] as const) {
        const row = parseSocketRow(input, table);
        if (row === undefined) continue;
        sane('inode', row.inode);
        sane('port', row.socket.local.port);
      }
    },
  },
  {
    name: 'os process events of Linux',
    make: (random) => bend(PROC_EVENT, random),
    feed: (input) => {
      const bytes = Buffer.from(input, 'hex');
      for (const event of parseProcEvents(bytes, bytes.length))
        sane('pid', event.kind === 'answer' ? event.error : event.pid);
    },
  },
  {
    name: 'os bytes of connections, Linux',
    make: (random) => bend(TCP_BYTES, random),
    feed: (input) => {
      const bytes = Buffer.from(input, 'hex');
      for (const [inode, { bytesOut, bytesIn }] of parseTcpBytes(bytes, bytes.length).rows) {
        sane('inode', inode);
        if (!Number.isFinite(bytesOut + bytesIn)) throw new Error('bytes without bound');
      }
    },
  },
  {
    name: 'os settings of git',
    make: text([GIT]),
    feed: (input) => {
      parseGitConfig(input);
    },
  },
];
