import { readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { Connection } from '../contract/connection.ts';
import { processId, type ProcessKey } from '../contract/process.ts';
import { readDescriptors } from './linux-files.ts';
import { parseSocketRow, type SocketRow } from './linux-socket-row.ts';
import { readTcpBytes, type TcpBytes } from './linux-tcp-bytes.ts';
import type { ConnectionReading } from './process-reader.ts';

const TABLES = ['tcp', 'tcp6', 'udp', 'udp6'] as const;
const MAX_PROCESSES = 2048;
const MAX_NAMESPACES = 16;
const MAX_CONNECTIONS = 8192;
/** Some 100,000 rows. A busy proxy has more; its agents do not. */
const MAX_TABLE_BYTES = 16_000_000;
const CHUNK_BYTES = 65_536;
const SLICE_MS = 6;

/**
 * Sockets of chosen processes: their descriptors name inodes, and the tables of their network namespace name the
 * addresses. The tables are read through the thread pool: the kernel needs long to write big ones.
 */
export class LinuxSockets {
  readonly #proc: string;

  constructor(proc: string) {
    this.#proc = proc;
  }

  async read(processes: readonly ProcessKey[]): Promise<ConnectionReading> {
    let truncated = processes.length > MAX_PROCESSES;
    const namespaces = new Map<string, Namespace>();
    let sliceStart = performance.now();
    for (const key of processes.slice(0, MAX_PROCESSES)) {
      const { targets, cut } = readDescriptors(`${this.#proc}/${key.pid}`);
      truncated ||= cut;
      const inodes = targets.flatMap(socketInode);
      if (inodes.length > 0) truncated ||= !addTo(namespaces, this.#namespaceOf(key.pid), key, inodes);
      if (performance.now() - sliceStart < SLICE_MS) continue;
      await setImmediate();
      sliceStart = performance.now();
    }
    const connections: Connection[] = [];
    const bytes = namespaces.size === 0 ? NO_BYTES : await readTcpBytes();
    for (const namespace of namespaces.values()) {
      for (const table of TABLES) {
        const path = `${this.#proc}/${namespace.pid}/net/${table}`;
        truncated =
          (await readTable(path, table, { holders: namespace.holders, bytes }, connections)) || truncated;
      }
    }
    return { connections, truncated };
  }

  #namespaceOf(pid: number): { readonly id: string; readonly pid: number } {
    try {
      return { id: readlinkSync(`${this.#proc}/${pid}/ns/net`), pid };
    } catch {
      return { id: String(pid), pid }; // gone or not ours: its own table then, which will be empty
    }
  }
}

type BytesByInode = ReadonlyMap<number, TcpBytes>;
const NO_BYTES: BytesByInode = new Map();

interface Namespace {
  /** Any process inside: its view of the tables. */
  readonly pid: number;
  readonly holders: Map<number, Map<string, ProcessKey>>;
}

/** @returns `false` when there are too many namespaces */
function addTo(
  namespaces: Map<string, Namespace>,
  place: { readonly id: string; readonly pid: number },
  key: ProcessKey,
  inodes: readonly number[],
): boolean {
  let namespace = namespaces.get(place.id);
  if (namespace === undefined) {
    if (namespaces.size >= MAX_NAMESPACES) return false;
    namespace = { pid: place.pid, holders: new Map() };
    namespaces.set(place.id, namespace);
  }
  for (const inode of inodes) {
    const holders = namespace.holders.get(inode) ?? new Map<string, ProcessKey>();
    namespace.holders.set(inode, holders.set(processId(key), key));
  }
  return true;
}

/** `socket:[12345]` */
function socketInode(target: string): readonly number[] {
  if (!target.startsWith('socket:[')) return [];
  const inode = Number(target.slice(8, -1));
  return Number.isSafeInteger(inode) ? [inode] : [];
}

/** @returns whether rows were left out */
async function readTable(
  path: string,
  table: (typeof TABLES)[number],
  { holders, bytes }: { readonly holders: Namespace['holders']; readonly bytes: BytesByInode },
  connections: Connection[],
): Promise<boolean> {
  let handle;
  try {
    handle = await open(path, 'r');
  } catch {
    return false; // the process is gone, or the kernel has no IPv6
  }
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let rest = '';
    for (let total = 0; total < MAX_TABLE_BYTES;) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return false;
      total += bytesRead;
      const lines = (rest + chunk.toString('latin1', 0, bytesRead)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const row = parseSocketRow(line, table);
        if (row === undefined) continue;
        for (const key of holders.get(row.inode)?.values() ?? []) {
          if (connections.length >= MAX_CONNECTIONS) return true;
          connections.push(toConnection(row, key, bytes));
        }
      }
    }
    return true;
  } catch {
    return false; // ESRCH: the process ended while its table was read
  } finally {
    await handle.close();
  }
}

function toConnection(row: SocketRow, { pid, startTimeMs }: ProcessKey, bytes: BytesByInode): Connection {
  return { process: { pid, startTimeMs }, ...row.socket, ...bytes.get(row.inode) };
}
