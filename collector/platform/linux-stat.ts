/** The fields of `/proc/<pid>/stat` that Reeve uses; proc_pid_stat(5) counts them from 1. */
export interface ProcStat {
  /** At most 15 bytes; chosen by the process. */
  readonly name: string;
  /** One letter: `R`, `S`, `Z` … */
  readonly state: string;
  readonly parentPid: number;
  readonly processGroupId: number;
  readonly sessionId: number;
  readonly tty: number;
  readonly kernelThread: boolean;
  readonly cpuTicks: number;
  readonly threads: number;
  readonly startTicks: number;
  readonly residentPages: number;
  /**
   * Mixed from the addresses of code, stack and arguments: the loader chooses them anew at every exec. 0 when this
   * user may not see them.
   */
  readonly image: number;
}

const SPACE = 0x20;
const OPEN = 0x28;
const CLOSE = 0x29;
const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
/** Index of field 4 (parent) counted from 0, and of the last field that is read (48, start of the arguments). */
const FIELDS = 45;
const PF_KTHREAD = 0x200000;

/** Reused by every call; parsing is synchronous. */
const fields = new Float64Array(FIELDS);

/**
 * Parses one stat line in place, without making strings of the numbers: this runs for every process in every
 * snapshot. `123 (na) me) S 1 …`: the name is free text, so fields are counted from the last `)`.
 * @returns `undefined` when the line is cut before the start time or makes no sense
 */
export function parseStatBytes(bytes: Buffer, length: number): ProcStat | undefined {
  const open = bytes.indexOf(OPEN);
  const close = bytes.lastIndexOf(CLOSE, length - 1);
  if (open < 0 || close < open || close + 3 >= length) return undefined;
  const count = readNumbers(bytes, close + 4, length);
  const parentPid = at(4);
  const startTicks = at(22);
  if (count < 19 || !Number.isSafeInteger(parentPid) || !Number.isSafeInteger(startTicks)) return undefined;
  return {
    name: bytes.toString('utf8', open + 1, close),
    state: String.fromCharCode(bytes[close + 2] ?? 0),
    parentPid,
    processGroupId: at(5),
    sessionId: at(6),
    tty: at(7),
    // Bit operations are 32 bits wide; flags fit.
    kernelThread: (at(9) & PF_KTHREAD) !== 0,
    cpuTicks: at(14) + at(15),
    threads: at(20),
    startTicks,
    residentPages: Math.max(0, at(24)),
    // Addresses are below 2^47 (2^48 on arm64), so the sum is exact.
    image: count < FIELDS ? 0 : at(26) + at(28) * 3 + at(48) * 7,
  };
}

function at(field: number): number {
  return fields[field - 4] ?? 0;
}

/** @returns how many fields there were; those beyond stay 0 */
function readNumbers(bytes: Buffer, from: number, length: number): number {
  fields.fill(0);
  let index = 0;
  let value = 0;
  let sign = 1;
  let digits = 0;
  for (let position = from; position <= length && index < FIELDS; position += 1) {
    const byte = position < length ? (bytes[position] ?? SPACE) : SPACE;
    if (byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
      digits += 1;
    } else if (byte === MINUS && digits === 0) {
      sign = -1;
    } else if (digits > 0) {
      fields[index] = sign * value;
      index += 1;
      value = 0;
      sign = 1;
      digits = 0;
    } else if (byte !== SPACE) {
      return index; // not what proc_pid_stat(5) describes
    }
  }
  return index;
}

/** The same for a line at hand. */
export function parseStat(text: string): ProcStat | undefined {
  const bytes = Buffer.from(text, 'utf8');
  return parseStatBytes(bytes, bytes.length);
}

/**
 * Names the controlling terminal, as Documentation/admin-guide/devices.txt of Linux numbers them:
 * `pts/3`, `tty1`, `ttyS0`, otherwise `<major>:<minor>`.
 */
export function ttyName(device: number): string | undefined {
  if (device === 0) return undefined;
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  return `${major}:${minor}`;
}
