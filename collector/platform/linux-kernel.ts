import { endianness } from 'node:os';
import { readFileSync } from 'node:fs';

/** What turns the kernel's own units into ours. */
export interface KernelFacts {
  readonly bootMs: number;
  readonly bootId?: string;
  /** Length of a clock tick (USER_HZ); 10 ms everywhere Node runs today. */
  readonly tickMs: number;
  readonly pageBytes: number;
}

/** Entries of the auxiliary vector, getauxval(3). */
const AT_PAGESZ = 6;
const AT_CLKTCK = 17;

/**
 * Read once per folder and kept: the kernel computes the boot time from the wall clock, so it moves by a second now
 * and then, and every start time with it. Identities must not.
 */
const known = new Map<string, KernelFacts>();

export function readKernelFacts(proc: string): KernelFacts {
  const before = known.get(proc);
  if (before !== undefined) return before;
  const seconds = /^btime (\d+)$/m.exec(readText(`${proc}/stat`))?.[1];
  const bootId = readText(`${proc}/sys/kernel/random/boot_id`).trim();
  const facts: KernelFacts = {
    bootMs: Number(seconds ?? 0) * 1000,
    ...(bootId === '' ? {} : { bootId }),
    ...readUnits(),
  };
  known.set(proc, facts);
  return facts;
}

/** The auxiliary vector of this process: pairs of machine words. */
function readUnits(): { readonly tickMs: number; readonly pageBytes: number } {
  const units = { tickMs: 10, pageBytes: 4096 };
  let words: Buffer;
  try {
    words = readFileSync('/proc/self/auxv');
  } catch {
    return units; // no /proc
  }
  if (endianness() !== 'LE') return units;
  for (let offset = 0; offset + 16 <= words.length; offset += 16) {
    const value = Number(words.readBigUInt64LE(offset + 8));
    if (value === 0) continue;
    const type = Number(words.readBigUInt64LE(offset));
    if (type === AT_PAGESZ) units.pageBytes = value;
    if (type === AT_CLKTCK) units.tickMs = 1000 / value;
  }
  return units;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // minimal containers
  }
}
