import { readFileSync } from 'node:fs';
import type { ProcessInfo } from './contract/process.ts';
import { createConfinedDisk } from './discovery/confined-disk.ts';
import { type Disk, OWN_DISK } from './discovery/disk.ts';
import { readAccounts } from './discovery/elsewhere/accounts.ts';
import { findContainers } from './discovery/elsewhere/containers.ts';
import { readLxss, runningDistributions, wslRoots } from './discovery/elsewhere/wsl.ts';
import type { OtherHome } from './discovery/inventory.ts';
import type { Platform } from './platform/platform.ts';

export interface ElsewhereOptions {
  readonly os: Platform['os'];
  readonly ownHome: string;
  /** This process may look into the homes of others. */
  readonly privileged: boolean;
  readonly processes: readonly ProcessInfo[];
  /** What the registry of Windows says of WSL distributions; absent elsewhere. */
  readonly lxss?: string;
  /** Default: `/etc/passwd`. */
  readonly passwdFile?: string;
  /** Default: `/proc`. */
  readonly proc?: string;
  /** For paths on Windows; default: this machine's disk. */
  readonly disk?: Disk;
}

const MAX_HOMES = 64;
const MAX_HOMES_PER_PLACE = 16;
const MAX_BYTES = 1_000_000;

/**
 * Homes where people forget to look: of other accounts, of WSL distributions that run, of containers. Reads only, starts
 * nothing; what cannot be looked into is left out. Bounded.
 */
export function findElsewhere(options: ElsewhereOptions): readonly OtherHome[] {
  const { os } = options;
  const found = {
    linux: () => [...otherAccounts(options), ...containerHomes(options)],
    darwin: () => otherFolders(options, '/Users', 'darwin'),
    win32: () => [...otherFolders(options, '/Users', 'win32'), ...wslHomes(options)],
  }[os]();
  return found.slice(0, MAX_HOMES);
}

function otherAccounts({
  privileged,
  ownHome,
  passwdFile = '/etc/passwd',
}: ElsewhereOptions): readonly OtherHome[] {
  if (!privileged) return [];
  const own = OWN_DISK.realFolder(ownHome) ?? ownHome;
  const accounts = readAccounts(textOf(passwdFile));
  const ownUid = process.getuid?.();
  return accounts
    .filter(({ home, uid }) => uid !== ownUid && (OWN_DISK.realFolder(home) ?? own) !== own)
    .slice(0, MAX_HOMES_PER_PLACE)
    .map(({ name, uid, home }) => ({
      context: { platform: 'linux', home, env: {} },
      place: `user:${name}`,
      uid,
    }));
}

/** macOS and Windows keep every home in one folder. */
function otherFolders(
  { privileged, ownHome, disk = OWN_DISK }: ElsewhereOptions,
  folder: string,
  platform: 'darwin' | 'win32',
): readonly OtherHome[] {
  if (!privileged) return [];
  const own = disk.realFolder(ownHome)?.toLowerCase();
  return folders(disk, folder)
    .filter((name) => !/^(?:shared|public|default|default user|all users|\..*)$/i.test(name))
    .map((name) => ({ name, home: `${folder}/${name}` }))
    .filter(({ home }) => disk.realFolder(home)?.toLowerCase() !== own)
    .slice(0, MAX_HOMES_PER_PLACE)
    .map(({ name, home }) => ({ context: { platform, home, env: {} }, place: `user:${name}` }));
}

function wslHomes({ lxss = '', processes, disk = OWN_DISK }: ElsewhereOptions): readonly OtherHome[] {
  const running = runningDistributions(processes.map(({ argv }) => argv));
  return readLxss(lxss).flatMap((distribution) => {
    const root = wslRoots(distribution, running).find((one) => disk.realFolder(one) !== undefined);
    if (root === undefined) return [];
    const homes = ['/root', ...folders(disk, `${root}/home`).map((name) => `/home/${name}`)];
    return homes.slice(0, MAX_HOMES_PER_PLACE).map((home) => ({
      context: { platform: 'linux' as const, home: root + home, env: {} },
      place: `wsl:${distribution.name}`,
      root,
      disk,
    }));
  });
}

function containerHomes({ processes, proc = '/proc' }: ElsewhereOptions): readonly OtherHome[] {
  return findContainers(processes, proc).flatMap(({ id, pid, pids }) => {
    const place = `container:${id}`;
    const name = `${place}:`;
    const disk = createConfinedDisk({
      root: `${proc}/${pid}/root`,
      name,
      mountInfo: textOf(`${proc}/${pid}/mountinfo`),
    });
    const passwd = disk.read(`${name}/etc/passwd`, undefined, MAX_BYTES);
    const accounts = readAccounts(passwd.ok ? passwd.bytes.toString('utf8') : 'root:x:0:0::/root:');
    return accounts
      .map(({ home }) => name + home)
      .filter((home) => disk.realFolder(home) !== undefined)
      .slice(0, MAX_HOMES_PER_PLACE)
      .map((home) => ({
        context: { platform: 'linux' as const, home, env: {} },
        place,
        root: name,
        disk,
        pids,
      }));
  });
}

function folders(disk: Disk, folder: string): readonly string[] {
  try {
    return disk
      .entries(folder)
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return []; // No such folder, or not ours to list.
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, MAX_BYTES);
  } catch {
    return ''; // This machine has no such file, or the process ended.
  }
}
