import { isSupportedByteOrder } from './linux-proc-events.ts';

/** Linux numbers: linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h. */
const AF_NETLINK = 16;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST_DUMP = 0x301;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const INET_DIAG_INFO = 2;
const FAMILIES = [2, 10] as const;
const TCP = 6;
const ESTABLISHED = 1 << 1;
const HEAD = 16;
const DIAG = 72;
const INODE_AT = 68;
/** In `struct tcp_info`, Linux 4.1 and later. */
const ACKED_AT = 120;
const RECEIVED_AT = 128;
const BUFFER_BYTES = 65_536;
/** Some ten thousand connections; more are left out. */
const MAX_READS = 128;

export interface TcpBytes {
  readonly bytesOut: number;
  readonly bytesIn: number;
}

/** What one answer of the kernel says, by inode of the socket. `done`: nothing more comes. Never throws. */
export function parseTcpBytes(
  buffer: Buffer,
  length: number,
): { readonly rows: readonly (readonly [inode: number, bytes: TcpBytes])[]; readonly done: boolean } {
  const rows: (readonly [number, TcpBytes])[] = [];
  const end = Math.min(length, buffer.length);
  for (let at = 0; at + HEAD <= end;) {
    const size = buffer.readUInt32LE(at);
    const type = buffer.readUInt16LE(at + 4);
    if (type === NLMSG_DONE || type === NLMSG_ERROR) return { rows, done: true };
    if (size < HEAD || at + size > end) break;
    const row = type === SOCK_DIAG_BY_FAMILY ? rowOf(buffer, at + HEAD, at + size) : undefined;
    if (row !== undefined) rows.push(row);
    at += (size + 3) & ~3;
  }
  return { rows, done: false };
}

function rowOf(buffer: Buffer, start: number, end: number): readonly [number, TcpBytes] | undefined {
  if (start + DIAG > end) return undefined;
  const inode = buffer.readUInt32LE(start + INODE_AT);
  for (let at = start + DIAG; at + 4 <= end;) {
    const size = buffer.readUInt16LE(at);
    if (size < 4 || at + size > end) return undefined;
    if (buffer.readUInt16LE(at + 2) === INET_DIAG_INFO && size >= 4 + RECEIVED_AT + 8) {
      const bytesOut = Number(buffer.readBigUInt64LE(at + 4 + ACKED_AT));
      const bytesIn = Number(buffer.readBigUInt64LE(at + 4 + RECEIVED_AT));
      return inode === 0 ? undefined : [inode, { bytesOut, bytesIn }];
    }
    at += (size + 3) & ~3;
  }
  return undefined;
}

/** `struct nlmsghdr` and `struct inet_diag_req_v2`: all established connections, with what they carried. */
export function tcpBytesRequest(family: number): Buffer {
  const request = Buffer.alloc(HEAD + 56);
  request.writeUInt32LE(request.length, 0);
  request.writeUInt16LE(SOCK_DIAG_BY_FAMILY, 4);
  request.writeUInt16LE(NLM_F_REQUEST_DUMP, 6);
  request.writeUInt8(family, HEAD);
  request.writeUInt8(TCP, HEAD + 1);
  request.writeUInt8(1 << (INET_DIAG_INFO - 1), HEAD + 2);
  request.writeUInt32LE(ESTABLISHED, HEAD + 4);
  return request;
}

interface Libc {
  readonly socket: (family: number, type: number, protocol: number) => number;
  readonly send: (fd: number, buffer: Buffer, length: number, flags: number) => number;
  readonly recv: (fd: number, buffer: Buffer, length: number, flags: number) => number;
  readonly close: (fd: number) => number;
}

let libc: Promise<Libc | undefined> | undefined;

/**
 * Bytes of every established TCP connection of our own network namespace, by inode of its socket. Needs no privileges.
 * @returns an empty map where the kernel or the native library does not tell; never rejects
 */
export async function readTcpBytes(): Promise<ReadonlyMap<number, TcpBytes>> {
  const found = new Map<number, TcpBytes>();
  libc ??= loadLibc();
  const calls = isSupportedByteOrder ? await libc : undefined;
  if (calls === undefined) return found;
  const socket = calls.socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (socket < 0) return found;
  try {
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    for (const family of FAMILIES) {
      const request = tcpBytesRequest(family);
      if (calls.send(socket, request, request.length, 0) !== request.length) return found;
      // The kernel makes each part of its answer when it is asked for: nothing is waited for.
      for (let reads = 0; reads < MAX_READS; reads += 1) {
        const length = calls.recv(socket, buffer, buffer.length, 0);
        if (length <= 0) break;
        const { rows, done } = parseTcpBytes(buffer, length);
        for (const [inode, bytes] of rows) found.set(inode, bytes);
        if (done) break;
      }
    }
    return found;
  } finally {
    calls.close(socket);
  }
}

async function loadLibc(): Promise<Libc | undefined> {
  try {
    const koffi = await import('koffi');
    const library = koffi.load(null);
    const call = (prototype: string): ((...args: readonly unknown[]) => number) => {
      const native = library.func(prototype);
      return (...args) => Number(native(...args));
    };
    return {
      socket: call('int socket(int, int, int)'),
      send: call('intptr_t send(int, const uint8_t *, size_t, int)'),
      recv: call('intptr_t recv(int, uint8_t *, size_t, int)'),
      close: call('int close(int)'),
    };
  } catch {
    return undefined; // not built for this system: connections are told without what they carried
  }
}
