import type { ExactStart, ProcessKey } from '../../contract/process.ts';
import { LinuxProcessReader } from '../../platform/linux-processes.ts';
import type { Platform } from '../../platform/platform.ts';

/** Identity of a process that was just started; a start of 0 when it cannot be told. */
export async function birthOf(platform: Platform, pid: number): Promise<ProcessKey & ExactStart> {
  try {
    const info =
      platform.os === 'linux'
        ? await new LinuxProcessReader().readOne(pid)
        : (await platform.listProcesses()).find((process) => process.pid === pid);
    return {
      pid,
      startTimeMs: info?.startTimeMs ?? 0,
      ...(info?.bootId !== undefined && { bootId: info.bootId }),
      ...(info?.startTicks !== undefined && { startTicks: info.startTicks }),
    };
  } catch {
    return { pid, startTimeMs: 0 }; // The process table cannot be read; the collector looks for itself.
  }
}
