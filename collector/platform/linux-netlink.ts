import { readlinkSync } from 'node:fs';
import { arch, getPriority } from 'node:os';
import { encodeFilter, isSupportedByteOrder, listenRequest, parseProcEvents } from './linux-proc-events.ts';
import type { ProcEvent } from './linux-proc-events.ts';

/** Linux numbers, the same on every architecture Node runs on except where said. */
const AF_NETLINK = 16;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_CONNECTOR = 11;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SO_ATTACH_FILTER = 26;
const POLLIN = 1;
const EINTR = 4;
const EAGAIN = 11;
const ENOBUFS = 105;
const ANSWER_TIMEOUT_MS = 400;
/** The kernel gives no more than net.core.rmem_max (212,992 by default: some 500 events), but to CAP_NET_ADMIN. */
const RECEIVE_BYTES = 4_000_000;
const MAX_EVENTS_PER_READ = 512;

export type OpenedNetlink =
  | { readonly ok: true; readonly source: NetlinkEvents }
  /** In plain words, for health. */
  | { readonly ok: false; readonly reason: string };

export interface NetlinkEvents {
  /** Written to (8 bytes, any number but 0) from any thread, it ends a wait. */
  readonly wakeFd: number;
  /**
   * Blocks the thread until there are events, `timeoutMs` passed (-1: for ever) or `wakeFd` was written.
   * `overflow`: the kernel dropped events, because nobody read them in time.
   */
  wait(timeoutMs: number): {
    readonly events: readonly ProcEvent[];
    readonly overflow: boolean;
    readonly woken: boolean;
  };
  close(): void;
}

/**
 * Opens the kernel's process connector. Without privileges this works on recent kernels (measured on 6.18); older ones
 * want CAP_NET_ADMIN, and containers with their own pid or user namespace get no answer.
 * Calls block: for a worker thread.
 */
export async function openNetlinkEvents(): Promise<OpenedNetlink> {
  if (isInOwnPidNamespace())
    return {
      ok: false,
      reason: 'the process connector tells nothing in a pid namespace of its own (a container)',
    };
  if (!isSupportedByteOrder) return { ok: false, reason: 'this byte order is not supported' };
  const libc = await loadLibc();
  if (libc === undefined) return { ok: false, reason: 'the native call library (koffi) cannot be loaded' };
  const socket = libc.socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_CONNECTOR);
  if (socket < 0) return refused('the process connector cannot be opened', libc.errno());
  const wakeFd = libc.eventfd(0, SOCK_NONBLOCK | SOCK_CLOEXEC);
  const close = (): void => {
    libc.close(socket);
    if (wakeFd >= 0) libc.close(wakeFd);
  };
  if (wakeFd < 0) {
    close();
    return refused('no event descriptor', libc.errno());
  }
  askForShortSlices(libc);
  const size = Buffer.alloc(4);
  size.writeInt32LE(RECEIVE_BYTES);
  if (libc.setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, size, 4) !== 0)
    libc.setsockopt(socket, SOL_SOCKET, SO_RCVBUF, size, 4);
  // Without the filter it works too, with more waking.
  libc.attachFilter(socket, SOL_SOCKET, SO_ATTACH_FILTER, encodeFilter());
  if (libc.bind(socket, netlinkAddress(1), 12) !== 0) {
    const errno = libc.errno();
    close();
    return refused('the process connector refuses listeners', errno);
  }
  for (const filtered of [true, false]) {
    const request = listenRequest(true, filtered);
    if (libc.send(socket, request, request.length, 0) !== request.length) {
      const errno = libc.errno();
      close();
      return refused('the process connector refuses requests', errno);
    }
    const answer = awaitAnswer(libc, socket, wakeFd);
    if (answer === 0) return { ok: true, source: createSource(libc, socket, wakeFd, filtered, close) };
    if (answer === undefined) continue;
    close();
    return refused('the process connector refuses to tell', answer);
  }
  close();
  return { ok: false, reason: 'the process connector does not answer (a container, or an old kernel)' };
}

/** Number of the first pid namespace (`PROC_PID_INIT_INO`, include/uapi/linux/nsfs.h). */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/**
 * The kernel refuses such listeners without a word. While another one listens outside, they hear its answer and its
 * events all the same, with the numbers that processes have there: those are other processes here.
 */
function isInOwnPidNamespace(): boolean {
  try {
    return readlinkSync('/proc/self/ns/pid') !== FIRST_PID_NAMESPACE;
  } catch {
    return false; // not told: then the kernel's answer counts
  }
}

/** Of nice(1), where this user may: the thread does little, but what it does cannot wait. */
const NICE = -10;

/**
 * Asks the scheduler to run this thread soon and briefly (`struct sched_attr` with a slice of 0.1 ms, Linux 6.12 and
 * later, no privileges needed): on a busy machine it would come too late for short-lived processes. Who may (root,
 * CAP_SYS_NICE, RLIMIT_NICE) also asks to go before others. Refusal is fine.
 */
function askForShortSlices(libc: Libc): void {
  const number = arch() === 'x64' ? 314 : arch() === 'arm64' ? 274 : undefined; // sched_setattr(2)
  if (number === undefined) return;
  const attributes = Buffer.alloc(48);
  attributes.writeUInt32LE(attributes.length, 0);
  attributes.writeBigUInt64LE(100_000n, 24);
  // A number below the own one is a privilege, and refused together with the rest.
  for (const nice of [NICE, getPriority()]) {
    attributes.writeInt32LE(nice, 16);
    if (libc.syscall(number, 0, attributes, 0) === 0) return;
  }
}

function refused(what: string, errno: number): OpenedNetlink {
  return { ok: false, reason: `${what} (errno ${errno})` };
}

/** `struct sockaddr_nl`: family, padding, port (0: the kernel chooses, or is it), groups. */
function netlinkAddress(groups: number): Buffer {
  const address = Buffer.alloc(12);
  address.writeUInt16LE(AF_NETLINK, 0);
  address.writeUInt32LE(groups, 8);
  return address;
}

/** @returns the errno of the answer; `undefined` when there was none in time */
function awaitAnswer(libc: Libc, socket: number, wakeFd: number): number | undefined {
  const reader = new EventReader(libc, socket, wakeFd);
  const deadline = performance.now() + ANSWER_TIMEOUT_MS;
  for (let left = ANSWER_TIMEOUT_MS; left > 0; left = deadline - performance.now()) {
    for (const event of reader.wait(Math.ceil(left)).events) if (event.kind === 'answer') return event.error;
  }
  return undefined;
}

function createSource(
  libc: Libc,
  socket: number,
  wakeFd: number,
  filtered: boolean,
  close: () => void,
): NetlinkEvents {
  const reader = new EventReader(libc, socket, wakeFd);
  return {
    wakeFd,
    wait: (timeoutMs) => reader.wait(timeoutMs),
    close() {
      // Old kernels count listeners and make events for nobody otherwise.
      const request = listenRequest(false, filtered);
      libc.send(socket, request, request.length, 0);
      close();
    },
  };
}

class EventReader {
  readonly #libc: Libc;
  readonly #socket: number;
  readonly #pollSet = Buffer.alloc(16);
  readonly #buffer = Buffer.alloc(8192);
  readonly #sender = Buffer.alloc(12);
  readonly #senderLength = Buffer.alloc(4);

  constructor(libc: Libc, socket: number, wakeFd: number) {
    this.#libc = libc;
    this.#socket = socket;
    // `struct pollfd[2]`: descriptor, wanted, got.
    this.#pollSet.writeInt32LE(socket, 0);
    this.#pollSet.writeInt16LE(POLLIN, 4);
    this.#pollSet.writeInt32LE(wakeFd, 8);
    this.#pollSet.writeInt16LE(POLLIN, 12);
  }

  wait(timeoutMs: number): ReturnType<NetlinkEvents['wait']> {
    const events: ProcEvent[] = [];
    const ready = this.#libc.poll(this.#pollSet, 2, timeoutMs);
    if (ready <= 0) return { events, overflow: false, woken: false };
    const woken = this.#pollSet.readInt16LE(14) !== 0;
    while (events.length < MAX_EVENTS_PER_READ) {
      this.#senderLength.writeUInt32LE(12);
      const length = this.#libc.recvfrom(
        this.#socket,
        this.#buffer,
        this.#buffer.length,
        0,
        this.#sender,
        this.#senderLength,
      );
      if (length < 0) {
        const errno = this.#libc.errno();
        if (errno === EINTR) continue;
        return {
          events,
          overflow: errno === ENOBUFS,
          woken: woken || (errno !== EAGAIN && errno !== ENOBUFS),
        };
      }
      // Port 0 is the kernel; another process could only be lying.
      if (this.#sender.readUInt32LE(4) === 0) events.push(...parseProcEvents(this.#buffer, length));
    }
    return { events, overflow: false, woken };
  }
}

interface Libc {
  errno(): number;
  socket(domain: number, type: number, protocol: number): number;
  eventfd(value: number, flags: number): number;
  bind(fd: number, address: Buffer, length: number): number;
  send(fd: number, data: Buffer, length: number, flags: number): number;
  recvfrom(
    fd: number,
    data: Buffer,
    length: number,
    flags: number,
    sender: Buffer,
    senderLength: Buffer,
  ): number;
  setsockopt(fd: number, level: number, option: number, value: Buffer, length: number): number;
  attachFilter(fd: number, level: number, option: number, instructions: Buffer): number;
  /** Not in every C library under its own name. */
  syscall(number: number, thread: number, attributes: Buffer, flags: number): number;
  poll(set: Buffer, count: number, timeoutMs: number): number;
  close(fd: number): number;
}

/** @returns `undefined` when koffi has no binary for this machine, or the C library is not where it always is */
async function loadLibc(): Promise<Libc | undefined> {
  try {
    const koffi = await import('koffi');
    // The program's own symbols: glibc and musl alike.
    const library = koffi.load(null);
    const call = (prototype: string): ((...args: readonly unknown[]) => number) => {
      const native = library.func(prototype);
      return (...args) => Number(native(...args));
    };
    const program = koffi.struct({ length: 'uint16_t', instructions: 'uint8_t *' });
    const setFilter = library.func('setsockopt', 'int', [
      'int',
      'int',
      'int',
      koffi.pointer(program),
      'uint32_t',
    ]);
    return {
      errno: () => koffi.errno(),
      socket: call('int socket(int, int, int)'),
      eventfd: call('int eventfd(uint32_t, int)'),
      bind: call('int bind(int, const uint8_t *, uint32_t)'),
      send: call('intptr_t send(int, const uint8_t *, size_t, int)'),
      recvfrom: call('intptr_t recvfrom(int, uint8_t *, size_t, int, uint8_t *, uint8_t *)'),
      setsockopt: call('int setsockopt(int, int, int, const uint8_t *, uint32_t)'),
      attachFilter: (fd, level, option, instructions) =>
        Number(
          setFilter(
            fd,
            level,
            option,
            { length: instructions.length / 8, instructions },
            koffi.sizeof(program),
          ),
        ),
      syscall: call('intptr_t syscall(intptr_t, intptr_t, const uint8_t *, intptr_t)'),
      poll: call('int poll(uint8_t *, uintptr_t, int)'),
      close: call('int close(int)'),
    };
  } catch {
    return undefined;
  }
}
