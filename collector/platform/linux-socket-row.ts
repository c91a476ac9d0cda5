import { endianness } from 'node:os';
import type { Connection, ConnectionState, Endpoint } from '../contract/connection.ts';
import { formatIPv6 } from './ip-address.ts';

export interface SocketRow {
  readonly inode: number;
  readonly socket: Omit<Connection, 'process'>;
}

/** By number, as include/net/tcp_states.h of Linux has them. */
const STATES: readonly (ConnectionState | undefined)[] = [
  undefined,
  'established',
  'syn-sent',
  'syn-received',
  'fin-wait',
  'fin-wait',
  'time-wait',
  'closed',
  'close-wait',
  'last-ack',
  'listen',
  'closing',
  'syn-received',
];
const UNCONNECTED = 'closed';
const LITTLE_ENDIAN = endianness() === 'LE';

/**
 * One row of /proc/net/{tcp,tcp6,udp,udp6}, as proc_pid_net(5) describes it:
 * `  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 12345 …`
 * @returns `undefined` for the heading, for sockets that no process holds any more (inode 0), and for nonsense
 */
export function parseSocketRow(line: string, table: 'tcp' | 'tcp6' | 'udp' | 'udp6'): SocketRow | undefined {
  const fields = line.trim().split(/ +/, 10);
  const inode = Number(fields[9]);
  const local = parseEndpoint(fields[1] ?? '');
  const remote = parseEndpoint(fields[2] ?? '');
  const state = STATES[Number.parseInt(fields[3] ?? '', 16)];
  if (!Number.isSafeInteger(inode) || inode <= 0) return undefined;
  if (local === undefined || remote === undefined || state === undefined) return undefined;
  const protocol = table.startsWith('tcp') ? 'tcp' : 'udp';
  const connected = remote.port !== 0;
  const socket = {
    protocol,
    local,
    ...(connected ? { remote } : {}),
    state: protocol === 'udp' && state === UNCONNECTED ? 'other' : state,
    listening: state === 'listen' || (protocol === 'udp' && !connected && local.port !== 0),
  } as const;
  return { inode, socket };
}

/** `0100007F:1F90`, or 32 digits before the colon for IPv6: machine words in the machine's own byte order. */
export function parseEndpoint(text: string, littleEndian = LITTLE_ENDIAN): Endpoint | undefined {
  const match = /^((?:[\dA-F]{8}){1,4}):([\dA-F]{4})$/i.exec(text);
  const [, hex = '', port = ''] = match ?? [];
  if (hex.length !== 8 && hex.length !== 32) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  if (littleEndian) bytes.swap32();
  const address =
    bytes.length === 4
      ? bytes.join('.')
      : formatIPv6(Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2)));
  return { address, port: Number.parseInt(port, 16) };
}
