import type { Connection, ConnectionState, Endpoint } from '../contract/connection.ts';
import type { ProcessKey } from '../contract/process.ts';
import { canonicalAddress } from './ip-address.ts';
import type { ConnectionReading } from './process-reader.ts';
import { columnsOf } from './reported-columns.ts';

const MAX_CONNECTIONS = 8192;

/** As systeminformation 5.33 writes the states of netstat on macOS and Windows. */
const STATES: ReadonlyMap<string, ConnectionState> = new Map([
  ['ESTABLISHED', 'established'],
  ['SYN_SENT', 'syn-sent'],
  ['SYN_RECV', 'syn-received'],
  ['SYN_RECEIVED', 'syn-received'],
  ['FIN_WAIT1', 'fin-wait'],
  ['FIN_WAIT2', 'fin-wait'],
  ['FIN_WAIT_1', 'fin-wait'],
  ['FIN_WAIT_2', 'fin-wait'],
  ['TIME_WAIT', 'time-wait'],
  ['CLOSE_WAIT', 'close-wait'],
  ['LAST_ACK', 'last-ack'],
  ['CLOSING', 'closing'],
  ['CLOSE', 'closed'],
  ['CLOSED', 'closed'],
  ['LISTEN', 'listen'],
  ['LISTENING', 'listen'],
]);

/** Connections of these processes where `netstat` is the way to know (macOS, Windows). */
export async function readReportedConnections(processes: readonly ProcessKey[]): Promise<ConnectionReading> {
  const { networkConnections } = await import('systeminformation');
  return toConnections(await networkConnections(), processes);
}

/** Rows without an address, a port or a wanted owner are left out. */
export function toConnections(
  reported: readonly unknown[],
  processes: readonly ProcessKey[],
): ConnectionReading {
  const keys = new Map(processes.map(({ pid, startTimeMs }) => [pid, { pid, startTimeMs }]));
  const connections: Connection[] = [];
  let truncated = false;
  for (const row of reported) {
    const { number, text } = columnsOf(row);
    const process = keys.get(number('pid') ?? -1);
    const local = toEndpoint(text('localAddress'), text('localPort'));
    const protocol = /^(tcp|udp)/.exec(text('protocol'))?.[1];
    if (process === undefined || local === undefined || protocol === undefined) continue;
    if (connections.length >= MAX_CONNECTIONS) {
      truncated = true;
      break;
    }
    const remote = toEndpoint(text('peerAddress'), text('peerPort'));
    const connected = remote !== undefined && remote.port !== 0;
    const state = STATES.get(text('state')) ?? 'other';
    connections.push({
      process,
      protocol: protocol === 'tcp' ? 'tcp' : 'udp',
      local,
      ...(connected ? { remote } : {}),
      state,
      listening: state === 'listen' || (protocol === 'udp' && !connected && local.port !== 0),
    });
  }
  return { connections, truncated };
}

function toEndpoint(address: string, port: string): Endpoint | undefined {
  const canonical = canonicalAddress(address);
  const number = port === '*' || port === '' ? 0 : Number(port);
  return canonical === undefined || !Number.isInteger(number) || number < 0 || number > 65_535
    ? undefined
    : { address: canonical, port: number };
}
