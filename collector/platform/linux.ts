import { readFileSync } from 'node:fs';
import { arch, hostname, release, userInfo } from 'node:os';
import { join } from 'node:path';
import { readGitEmails } from './git-identity.ts';
import { trimMemory } from './linux-memory.ts';
import { LinuxProcessReader } from './linux-processes.ts';
import type { Platform } from './platform.ts';
import { absolute, stateFolderOf } from './state-folder.ts';
import { vendorVariables } from './vendor-variables.ts';

export function createLinuxPlatform(environment: NodeJS.ProcessEnv): Platform {
  const user = userInfo();
  const home = environment['HOME'] ?? user.homedir;
  const configHome = absolute(environment['XDG_CONFIG_HOME']) ?? join(home, '.config');
  const stateDir = stateFolderOf('linux', environment, user.homedir);
  const runtime = absolute(environment['XDG_RUNTIME_DIR']);
  const processes = new LinuxProcessReader();
  return {
    os: 'linux',
    folders: {
      stateDir,
      configDir: join(configHome, 'reeve'),
      runtimeDir: runtime === undefined ? stateDir : join(runtime, 'reeve'),
      policyFile: '/etc/reeve/policy.json',
    },
    ownHome: { platform: 'linux', home, env: vendorVariables(environment) },
    processes,
    listProcesses: async () => (await processes.read()).processes,
    readIdentity() {
      const fullName = fullNameOf(user.username, readText('/etc/passwd'));
      return {
        name: user.username,
        uid: user.uid,
        emails: readGitEmails(home, configHome),
        ...(fullName === undefined ? {} : { fullName }),
      };
    },
    readHost: () => ({
      hostname: hostname(),
      os: 'linux',
      osVersion: prettyName(readText('/etc/os-release')) ?? release(),
      arch: arch(),
    }),
    trimMemory,
    readMachineId: () => {
      const id = readText('/etc/machine-id')?.trim();
      return Promise.resolve(id === '' ? undefined : id);
    },
  };
}

/** The XDG specification: a relative path is invalid and is ignored. */
/** First part of the GECOS field of passwd(5). */
export function fullNameOf(user: string, passwd: string | undefined): string | undefined {
  const line = passwd?.split('\n').find((entry) => entry.startsWith(`${user}:`));
  const name = line?.split(':')[4]?.split(',')[0];
  return name === '' ? undefined : name;
}

/** `PRETTY_NAME` of os-release(5). */
export function prettyName(osRelease: string | undefined): string | undefined {
  return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(osRelease ?? '')?.[1];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // minimal images and containers lack these files
  }
}
