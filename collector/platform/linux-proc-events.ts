import { endianness } from 'node:os';

/**
 * Messages of the kernel's process connector: `struct nlmsghdr` (16 bytes), `struct cn_msg` (20), `struct proc_event`
 * (include/uapi/linux/cn_proc.h; offsets checked on Linux 6.18, x86-64). Numbers are in the machine's byte order;
 * Node runs on little-endian Linux only, except s390x, where the source says that it is unavailable.
 */
export type ProcEvent =
  /** Answer to the request to listen; `error` is an errno, 0 when granted. */
  | { readonly kind: 'answer'; readonly error: number }
  | { readonly kind: 'fork'; readonly pid: number; readonly parentPid: number }
  | { readonly kind: 'exec'; readonly pid: number }
  | {
      readonly kind: 'exit';
      readonly pid: number;
      readonly exitCode?: number;
      readonly signal?: number;
    };

export const isSupportedByteOrder = endianness() === 'LE';

const MESSAGE_HEADER = 16;
const CONNECTOR_HEADER = 20;
const WHAT = MESSAGE_HEADER + CONNECTOR_HEADER;
const DATA = WHAT + 16;
const ANSWER = 0;
const FORK = 1;
const EXEC = 2;
const EXIT = 0x8000_0000;
const CN_IDX_PROC = 1;
const CN_VAL_PROC = 1;
const NLMSG_DONE = 3;
const LISTEN = 1;
const IGNORE = 2;
const WANTED = (FORK | EXEC | EXIT) >>> 0;

/** One datagram; threads that begin or end are left out. */
export function parseProcEvents(bytes: Buffer, length: number): readonly ProcEvent[] {
  const events: ProcEvent[] = [];
  for (let start = 0; start + DATA <= length;) {
    const size = bytes.readUInt32LE(start);
    if (size < DATA || start + size > length) break;
    const event =
      bytes.readUInt32LE(start + MESSAGE_HEADER) === CN_IDX_PROC
        ? parseEvent(bytes.subarray(start, start + size))
        : undefined;
    if (event !== undefined) events.push(event);
    start += (size + 3) & ~3;
  }
  return events;
}

function parseEvent(message: Buffer): ProcEvent | undefined {
  const word = (index: number): number =>
    DATA + index * 4 + 4 <= message.length ? message.readUInt32LE(DATA + index * 4) : 0;
  switch (message.readUInt32LE(WHAT)) {
    case ANSWER:
      return { kind: 'answer', error: word(0) };
    case FORK:
      // parent thread, parent process, new thread, new process
      return word(2) === word(3) ? { kind: 'fork', pid: word(3), parentPid: word(1) } : undefined;
    case EXEC:
      return { kind: 'exec', pid: word(1) };
    case EXIT:
      return word(0) === word(1) ? { kind: 'exit', pid: word(1), ...parseExit(word(2)) } : undefined;
    default:
      return undefined; // user, group, session, name, trace and core dump
  }
}

/** As wait(2) encodes it: the signal in the low seven bits, the code in the second byte. */
function parseExit(status: number): { readonly exitCode?: number; readonly signal?: number } {
  const signal = status & 0x7f;
  return signal === 0 ? { exitCode: (status >>> 8) & 0xff } : { signal };
}

/**
 * The request to be told, or not to be told any more.
 * @param filtered Linux 6.6 and later take a second word: the wanted kinds. Older kernels drop a request of that size
 *   without an answer.
 */
export function listenRequest(listen: boolean, filtered: boolean): Buffer {
  const size = filtered ? 8 : 4;
  const message = Buffer.alloc(WHAT + size);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt16LE(NLMSG_DONE, 4);
  message.writeUInt32LE(CN_IDX_PROC, MESSAGE_HEADER);
  message.writeUInt32LE(CN_VAL_PROC, MESSAGE_HEADER + 4);
  message.writeUInt16LE(size, MESSAGE_HEADER + 16);
  message.writeUInt32LE(listen ? LISTEN : IGNORE, WHAT);
  if (filtered) message.writeUInt32LE(WANTED, WHAT + 4);
  return message;
}

/** Instructions of a classic socket filter (linux/bpf_common.h). */
const LOAD = 0x20;
const TO_X = 0x07;
const JUMP = 0x05;
const IF_EQUAL = 0x15;
const IF_EQUAL_X = 0x1d;
const RETURN = 0x06;
const WHOLE = 0xffff_ffff;

/**
 * Lets only answers, execs, and forks and exits of whole processes wake the reader: a program that starts threads all
 * day costs nothing then. The filter loads words big-endian, so constants are turned round.
 */
const FILTER: readonly (readonly [code: number, yes: number, no: number, k: number])[] = [
  [LOAD, 0, 0, WHAT],
  [IF_EQUAL, 11, 0, swap(EXEC)],
  [IF_EQUAL, 10, 0, swap(ANSWER)],
  [IF_EQUAL, 1, 0, swap(FORK)],
  [IF_EQUAL, 4, 9, swap(EXIT)],
  // fork: new thread = new process?
  [LOAD, 0, 0, DATA + 8],
  [TO_X, 0, 0, 0],
  [LOAD, 0, 0, DATA + 12],
  [JUMP, 0, 0, 3],
  // exit: thread = process?
  [LOAD, 0, 0, DATA],
  [TO_X, 0, 0, 0],
  [LOAD, 0, 0, DATA + 4],
  [IF_EQUAL_X, 0, 1, 0],
  [RETURN, 0, 0, WHOLE],
  [RETURN, 0, 0, 0],
];

/** `struct sock_filter[]`: code, jump if true, jump if false, operand. */
export function encodeFilter(): Buffer {
  const bytes = Buffer.alloc(FILTER.length * 8);
  for (const [index, [code, yes, no, k]] of FILTER.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(k, index * 8 + 4);
  }
  return bytes;
}

function swap(word: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(word);
  return bytes.readUInt32BE();
}
