import { readFileSync } from 'node:fs';
import { arch, hostname, release, userInfo } from 'node:os';
import { DarwinProcessReader } from './darwin-processes.ts';
import { readGitEmails } from './git-identity.ts';
import type { Platform } from './platform.ts';
import { stateFolderOf } from './state-folder.ts';
import { vendorVariables } from './vendor-variables.ts';

export function createDarwinPlatform(environment: NodeJS.ProcessEnv): Platform {
  const user = userInfo();
  const home = environment['HOME'] ?? user.homedir;
  const stateDir = stateFolderOf('darwin', environment, user.homedir);
  const processes = new DarwinProcessReader();
  return {
    os: 'darwin',
    folders: {
      stateDir,
      configDir: stateDir,
      runtimeDir: stateDir,
      policyFile: '/Library/Application Support/Reeve/policy.json',
    },
    ownHome: { platform: 'darwin', home, env: vendorVariables(environment) },
    processes,
    listProcesses: async () => (await processes.read()).processes,
    readIdentity: () => ({ name: user.username, uid: user.uid, emails: readGitEmails(home) }),
    readHost: () => ({ hostname: hostname(), os: 'darwin', osVersion: readVersion(), arch: arch() }),
    async readMachineId() {
      const { uuid } = await import('systeminformation');
      const { hardware } = await uuid();
      return hardware === '' ? undefined : hardware;
    },
  };
}

/** The marketing version; the kernel's stands in when the file cannot be read. */
function readVersion(): string {
  try {
    const plist = readFileSync('/System/Library/CoreServices/SystemVersion.plist', 'utf8');
    return /<key>ProductVersion<\/key>\s*<string>([^<]+)</.exec(plist)?.[1] ?? release();
  } catch {
    return release(); // sandboxed
  }
}
