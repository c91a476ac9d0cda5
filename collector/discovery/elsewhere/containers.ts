import { readFileSync, statSync } from 'node:fs';
import type { ProcessInfo } from '../../contract/process.ts';

/** Something that has another file system than this process, known by the processes in it. */
export interface Container {
  /** First 12 characters of the id its engine gave it, else of the root's device and number: `3f2a9c11d0e4`, `root-38-2`. */
  readonly id: string;
  /** Its oldest process that can be looked into: the way in is `/proc/<pid>/root`. */
  readonly pid: number;
  readonly pids: ReadonlySet<number>;
}

const MAX_CONTAINERS = 32;
/** Docker, containerd, Podman, CRI-O and LXC name the control group after the container. */
const GROUP = /(?:docker|containerd|libpod|crio|cri-containerd|lxc)?[-/:]([0-9a-f]{64})(?:\.scope)?(?:\/|$)/;

/**
 * Finds the containers, development containers and other roots that processes of this machine run in. Needs nothing
 * of any engine; sees what this user may look into: its own processes' roots, and everybody's for root.
 */
export function findContainers(processes: readonly ProcessInfo[], proc = '/proc'): readonly Container[] {
  const own = rootOf(proc, 'self');
  if (own === undefined) return [];
  const byRoot = new Map<string, { pid: number; pids: Set<number> }>();
  for (const { pid } of [...processes].sort((a, b) => a.pid - b.pid)) {
    const root = rootOf(proc, String(pid));
    if (root === undefined || root === own) continue;
    const known = byRoot.get(root);
    if (known !== undefined) known.pids.add(pid);
    else if (byRoot.size < MAX_CONTAINERS) byRoot.set(root, { pid, pids: new Set([pid]) });
  }
  return [...byRoot].map(([root, { pid, pids }]) => ({ id: idOf(proc, pid) ?? `root-${root}`, pid, pids }));
}

function rootOf(proc: string, pid: string): string | undefined {
  try {
    const { dev, ino } = statSync(`${proc}/${pid}/root/`);
    return `${dev}-${ino}`;
  } catch {
    return undefined; // ended, or not ours to look into
  }
}

function idOf(proc: string, pid: number): string | undefined {
  try {
    return GROUP.exec(
      readFileSync(`${proc}/${pid}/cgroup`, 'utf8').slice(0, 65_536).replaceAll('\n', '/'),
    )?.[1]?.slice(0, 12);
  } catch {
    return undefined;
  }
}
