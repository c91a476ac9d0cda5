import { execFile } from 'node:child_process';
import { arch, hostname, release, userInfo } from 'node:os';
import { join } from 'node:path';
import { readGitEmails } from './git-identity.ts';
import type { Platform } from './platform.ts';
import { ReportedProcessReader } from './reported-processes.ts';
import { stateFolderOf } from './state-folder.ts';
import { vendorVariables } from './vendor-variables.ts';

const REGISTRY_TIMEOUT_MS = 5_000;
const WSL_KEY = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Lxss';

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
    readWslRegistry: () =>
      new Promise((resolve) => {
        // By its full path: a `reg.exe` in the working folder or on the PATH is not ours to start.
        const program = join(environment['SystemRoot'] ?? 'C:\\Windows', 'System32', 'reg.exe');
        const options = { timeout: REGISTRY_TIMEOUT_MS, maxBuffer: 1_000_000, windowsHide: true };
        execFile(program, ['query', WSL_KEY, '/s'], options, (_error, text) => {
          resolve(text); // No such key: WSL was never set up.
        });
      }),
  };
}
