import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ProcessInfo } from '../contract/process.ts';
import { LOADER_VARIABLES, PROCESS_MARKERS } from '../contract/process-markers.ts';
import { readInto, readTarget } from './linux-files.ts';

const MAX_ARGUMENT_BYTES = 32_768;
const MAX_ENVIRONMENT_BYTES = 262_144;
const MAX_MARKER_CHARACTERS = 300;
const NUL = 0;
const EQUALS = 0x3d;

/** Reused: every reading here is synchronous. */
const statusBuffer = Buffer.allocUnsafe(8192);
const argumentBuffer = Buffer.allocUnsafe(MAX_ARGUMENT_BYTES);
const environmentBuffer = Buffer.allocUnsafe(MAX_ENVIRONMENT_BYTES);
const markerNames = new Set<string>(PROCESS_MARKERS);
const loaderNames = new Set<string>(LOADER_VARIABLES);
const longestMarker = Math.max(...[...PROCESS_MARKERS, ...LOADER_VARIABLES].map((name) => name.length));

/** What stays the same until the process runs another program. */
export interface ProcDetails {
  readonly argv: readonly string[];
  readonly executable?: string;
  readonly executableDeleted?: true;
  readonly cwd?: string;
  readonly uid?: number;
  readonly namespacePid?: number;
  readonly markers?: Readonly<Record<string, string>>;
  readonly loads?: Readonly<Record<string, string>>;
}

/**
 * @param folder `/proc/<pid>`
 * @param ownUid whose environments may be read
 * @returns `undefined` when the process is gone
 */
export function readDetails(folder: string, ownUid: number | undefined): ProcDetails | undefined {
  const argv = readArguments(folder);
  return argv === undefined ? undefined : { argv, ...readSurroundings(folder, ownUid) };
}

/** @returns `undefined` when the process is gone */
export function readArguments(folder: string): readonly string[] | undefined {
  try {
    const length = readInto(`${folder}/cmdline`, argumentBuffer);
    return parseArguments(argumentBuffer.toString('utf8', 0, length));
  } catch {
    return undefined; // ENOENT, ESRCH: gone. Everybody may read it otherwise.
  }
}

/** All details but the arguments, as far as they can be read: nothing when the process is gone. */
export function readSurroundings(folder: string, ownUid: number | undefined): Omit<ProcDetails, 'argv'> {
  const { uid, namespacePid } = readStatus(folder);
  const executable = readTarget(`${folder}/exe`);
  const cwd = readTarget(`${folder}/cwd`);
  const variables = uid === undefined || uid !== ownUid ? {} : readVariables(folder);
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(namespacePid === undefined ? {} : { namespacePid }),
    ...(executable === undefined ? {} : { executable: executable.path }),
    ...(executable?.deleted === true ? { executableDeleted: true } : {}),
    ...(cwd === undefined ? {} : { cwd: cwd.path }),
    ...variables,
  };
}

/** Only what it runs: two readings instead of six. `undefined` when it is gone, or is a thread of the kernel. */
export function readProgram(folder: string, pid: number): ProcessInfo | undefined {
  try {
    const length = readInto(`${folder}/cmdline`, argumentBuffer);
    if (length === 0) return undefined;
    const argv = parseArguments(argumentBuffer.toString('utf8', 0, length));
    const executable = readTarget(`${folder}/exe`)?.path;
    return {
      pid,
      startTimeMs: 0,
      parentPid: 0,
      name: basename(executable ?? argv[0] ?? ''),
      argv,
      ...(executable === undefined ? {} : { executable }),
    };
  } catch {
    return undefined;
  }
}

/** NUL-separated; a process may overwrite its own with one text without NUL, or with nothing. */
export function parseArguments(text: string): readonly string[] {
  if (text === '') return [];
  const whole = text.endsWith('\0') ? text.slice(0, -1) : text;
  return whole.split('\0');
}

/** The real user, which stays what it was for a process that others may not look into. */
function readStatus(folder: string): { readonly uid?: number; readonly namespacePid?: number } {
  try {
    const length = readInto(`${folder}/status`, statusBuffer);
    const text = statusBuffer.toString('latin1', 0, length);
    const uid = /\nUid:\t(\d+)/.exec(text)?.[1];
    // `NSpid:	4711	12	1`: one pid per namespace, the innermost last.
    const inner = /\nNSpid:(?:\t\d+)+\t(\d+)\n/.exec(text)?.[1];
    return {
      ...(uid === undefined ? {} : { uid: Number(uid) }),
      ...(inner === undefined ? {} : { namespacePid: Number(inner) }),
    };
  } catch {
    return readOwner(folder);
  }
}

function readOwner(folder: string): { readonly uid?: number } {
  try {
    return { uid: statSync(folder).uid };
  } catch {
    return {}; // gone
  }
}

type Variables = Readonly<Record<string, string>>;

function readVariables(folder: string): { readonly markers?: Variables; readonly loads?: Variables } {
  try {
    const length = readInto(`${folder}/environ`, environmentBuffer);
    return parseVariables(environmentBuffer.subarray(0, length));
  } catch {
    return {}; // EACCES: not dumpable, or the user was changed
  }
}

/**
 * Picks what is wanted out of a NUL-separated environment. Other variables are never made into strings: they hold
 * secrets. Of a variable that stands there twice the first one counts, as getenv(3) has it.
 */
export function parseVariables(environment: Buffer): {
  readonly markers?: Variables;
  readonly loads?: Variables;
} {
  const markers: Record<string, string> = {};
  const loads: Record<string, string> = {};
  for (let start = 0; start < environment.length;) {
    let end = environment.indexOf(NUL, start);
    if (end < 0) end = environment.length;
    const equals = nameEnd(environment, start, end);
    const name = equals < 0 ? '' : environment.toString('latin1', start, equals);
    const found = markerNames.has(name) ? markers : loaderNames.has(name) ? loads : undefined;
    if (found !== undefined && !Object.hasOwn(found, name)) {
      const value = environment.toString(
        'utf8',
        equals + 1,
        Math.min(end, equals + 1 + MAX_MARKER_CHARACTERS),
      );
      found[name] = name === 'PATH' ? (value.split(':', 1)[0] ?? '') : value;
    }
    start = end + 1;
  }
  return {
    ...(Object.keys(markers).length === 0 ? {} : { markers }),
    ...(Object.keys(loads).length === 0 ? {} : { loads }),
  };
}

const MAX_VARIABLES = 256;
const MAX_NAME = 128;
const MAX_VALUE = 16_384;

/**
 * Variables of one process, by name. What is not wanted is never made into a string. The first of equal names counts.
 * @param folder `/proc/<pid>`
 * @returns `undefined` when it may not be read
 */
export function readEnvironment(
  folder: string,
  isWanted: (name: string) => boolean,
): ReadonlyMap<string, string> | undefined {
  try {
    const length = readInto(`${folder}/environ`, environmentBuffer);
    return pickVariables(environmentBuffer.subarray(0, length), isWanted);
  } catch {
    return undefined; // gone, of another user, or not dumpable
  } finally {
    // Nothing of it stays behind in this process.
    environmentBuffer.fill(0);
  }
}

/** @param environment NUL-separated `NAME=value` */
export function pickVariables(
  environment: Buffer,
  isWanted: (name: string) => boolean,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let start = 0; start < environment.length && found.size < MAX_VARIABLES;) {
    let end = environment.indexOf(NUL, start);
    if (end < 0) end = environment.length;
    const equals = environment.subarray(start, Math.min(end, start + MAX_NAME + 1)).indexOf(EQUALS);
    if (equals > 0) {
      const name = environment.toString('latin1', start, start + equals);
      const from = start + equals + 1;
      if (!found.has(name) && isWanted(name))
        found.set(name, environment.toString('utf8', from, Math.min(end, from + MAX_VALUE)));
    }
    start = end + 1;
  }
  return found;
}

/** Position of the `=` when the name could be a marker's: A-Z first, no longer than the longest. Otherwise -1. */
function nameEnd(environment: Buffer, start: number, end: number): number {
  const first = environment[start] ?? 0;
  if (first < 0x41 || first > 0x5a) return -1;
  const limit = Math.min(end, start + longestMarker + 1);
  for (let position = start + 1; position < limit; position += 1) {
    if (environment[position] === EQUALS) return position;
  }
  return -1;
}
