import { join } from 'node:path';
import type { ProcessControl } from '../process-control.ts';
import { createDarwinControl } from './darwin.ts';
import { createLinuxControl } from './linux.ts';
import { runTool } from './run-tool.ts';
import { createWin32Control } from './win32.ts';

/** Controls the processes of this machine. @throws on an operating system Reeve does not know */
export async function createProcessControl(os: NodeJS.Platform, ownPid: number): Promise<ProcessControl> {
  switch (os) {
    case 'linux':
      return await createLinuxControl({ ownPid });
    case 'darwin':
      return createDarwinControl({
        ownPid,
        run: runTool,
        kill: (pid, signal) => process.kill(pid, signal),
        monotonicMs: () => performance.now(),
      });
    case 'win32': {
      const root = process.env['SystemRoot'] ?? 'C:\\Windows';
      const powershell = join(root, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
      return createWin32Control({ ownPid, run: runTool, powershell });
    }
    default:
      throw new Error(`processes on ${os} cannot be controlled`);
  }
}
