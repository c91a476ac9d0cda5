/** Linux system call numbers; these two are the same on every architecture (Linux 5.3 and later). */
const PIDFD_SEND_SIGNAL = 424;
const PIDFD_OPEN = 434;
const ESRCH = 3;
const EPERM = 1;
const EINVAL = 22;
const ENOENT = 2;

/** A handle of one process, not of a number: it never comes to mean another one. */
export interface Pidfd {
  /** `denied` is for `send`; `open` needs no right. `unavailable`: use kill(2). */
  open(pid: number): number | 'gone' | 'unavailable';
  send(fd: number, signal: number): 'sent' | 'gone' | 'denied' | 'unavailable';
}

/**
 * Node has no pidfd; koffi reaches the system call. Loaded at the first action only, so that a collector that never
 * acts does not pay for it.
 * @returns `undefined` when koffi cannot be loaded, or the kernel or its sandbox does not let us
 */
export async function loadPidfd(ownPid: number, close: (fd: number) => void): Promise<Pidfd | undefined> {
  const system = await loadSystemCall();
  if (system === undefined) return undefined;
  const { call, errno } = system;
  const pidfd: Pidfd = {
    open(pid) {
      const fd = Number(call(PIDFD_OPEN, 'int', pid, 'uint', 0));
      if (fd >= 0) return fd;
      const error = errno();
      // EINVAL and ENOENT: the number is a thread's. A process of ours it cannot be.
      return error === ESRCH || error === EINVAL || error === ENOENT ? 'gone' : 'unavailable';
    },
    send(fd, signal) {
      if (Number(call(PIDFD_SEND_SIGNAL, 'int', fd, 'int', signal, 'void *', null, 'uint', 0)) === 0)
        return 'sent';
      const error = errno();
      return error === ESRCH ? 'gone' : error === EPERM ? 'denied' : 'unavailable';
    },
  };
  const own = pidfd.open(ownPid);
  if (typeof own !== 'number') return undefined;
  const works = pidfd.send(own, 0) === 'sent';
  close(own);
  return works ? pidfd : undefined;
}

interface SystemCall {
  readonly call: (...args: readonly unknown[]) => unknown;
  readonly errno: () => number;
}

async function loadSystemCall(): Promise<SystemCall | undefined> {
  try {
    const { default: koffi } = await import('koffi');
    const call = koffi.load(null).func('long syscall(long number, ...)');
    return {
      call: (...args) => {
        const answer: unknown = Reflect.apply(call, undefined, args);
        return answer;
      },
      errno: () => koffi.errno(),
    };
  } catch {
    return undefined; // no build for this platform, or a C library without syscall(3)
  }
}
