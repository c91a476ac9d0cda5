import { arch, hostname, release, userInfo } from 'node:os';
import { join } from 'node:path';
import { readGitEmails } from './git-identity.ts';
import type { Platform } from './platform.ts';
import { ReportedProcessReader } from './reported-processes.ts';
import { stateFolderOf } from './state-folder.ts';
import { vendorVariables } from './vendor-variables.ts';

export function createWin32Platform(environment: NodeJS.ProcessEnv): Platform {
  const user = userInfo();
  const home = environment['USERPROFILE'] ?? user.homedir;
  const programData = environment['ProgramData'] ?? 'C:\\ProgramData';
  const stateDir = stateFolderOf('win32', environment, user.homedir);
  const processes = new ReportedProcessReader();
  return {
    os: 'win32',
    folders: {
      stateDir,
      configDir: stateDir,
      runtimeDir: stateDir,
      policyFile: join(programData, 'Reeve', 'policy.json'),
    },
    ownHome: { platform: 'win32', home, env: vendorVariables(environment) },
    processes,
    listProcesses: async () => (await processes.read()).processes,
    readIdentity: () => ({ name: user.username, emails: readGitEmails(home) }),
    readHost: () => ({ hostname: hostname(), os: 'win32', osVersion: release(), arch: arch() }),
    async readMachineId() {
      const { uuid } = await import('systeminformation');
      const { os } = await uuid();
      return os === '' ? undefined : os;
    },
  };
}
