import { closeSync, openSync, readSync } from 'node:fs';
import type { ProcessPlace } from './contract/attribution.ts';
import type { Connection, ConnectionChange } from './contract/connection.ts';
import type { EnrichedEvent } from './contract/event.ts';
import type { ProcessKey } from './contract/process.ts';
import type { ListedConnection } from './contract/process-record.ts';
import type { ConnectionReading } from './platform/process-reader.ts';
import { partOf } from './pipeline/process-event.ts';
import { classifyHost, parseUrl } from './rules/shared/hosts.ts';
import { programOf } from './rules/shared/process-look.ts';
import { HostNames } from './sources/net-hosts.ts';
import { NetWatch } from './sources/net-watch.ts';
import { systemWatchClock } from './sources/process-watch.ts';

export interface MachineNetworkOptions {
  readonly reader: { connections(processes: readonly ProcessKey[]): Promise<ConnectionReading> };
  readonly processes: () => readonly ProcessKey[];
  readonly isBusy: () => boolean;
  readonly placeOf: (key: ProcessKey) => ProcessPlace | undefined;
  readonly onChange: (change: ConnectionChange, place: ProcessPlace, timeMs: number) => void;
  readonly onRead?: (connections: readonly Connection[], timeMs: number) => void;
  /** Default: this machine's. */
  readonly hostsFile?: string;
}

const MAX_HOSTS_BYTES = 1_000_000;
const MAX_CALLS = 512;
/** Ports of the schemes that tool calls name; another port belongs to something else. */
const PORTS: Readonly<Record<string, number>> = { https: 443, http: 80, ssh: 22, ftp: 21, wss: 443, ws: 80 };

interface NamedPlace {
  readonly host: string;
  readonly port: number;
}

/** What agents' processes are connected to, with names as far as this machine knows them. */
export class MachineNetwork {
  readonly #options: MachineNetworkOptions;
  readonly #hosts = new HostNames();
  readonly #watch: NetWatch;
  /** The one host that a tool call names, by call id; calls that name several say nothing of an address. */
  readonly #named = new Map<string, NamedPlace>();

  constructor(options: MachineNetworkOptions) {
    this.#options = options;
    this.#watch = new NetWatch({
      reader: options.reader,
      processes: options.processes,
      isBusy: options.isBusy,
      hosts: this.#hosts,
      clock: systemWatchClock,
      ...(options.onRead === undefined ? {} : { onRead: options.onRead }),
      onChanges: ({ changes, timeMs }) => {
        for (const change of changes) this.#tell(change, timeMs);
      },
    });
  }

  start(): void {
    this.#hosts.setHostsFile(readHead(this.#options.hostsFile ?? '/etc/hosts'));
    this.#watch.start();
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }

  look(): Promise<void> {
    return this.#watch.look();
  }

  event(event: EnrichedEvent): void {
    if (event.kind !== 'tool.call') return;
    const named = event.resources.flatMap(({ kind, value }): NamedPlace[] => {
      const url = kind === 'url' ? parseUrl(value) : undefined;
      const port = url === undefined ? undefined : (url.port ?? PORTS[url.scheme]);
      return url === undefined || port === undefined ? [] : [{ host: url.host, port }];
    });
    const [first] = named;
    if (first === undefined || named.some(({ host }) => host !== first.host)) return;
    this.#named.set(event.tool.callId, first);
    const oldest = this.#named.size > MAX_CALLS ? this.#named.keys().next().value : undefined;
    if (oldest !== undefined) this.#named.delete(oldest);
  }

  connections(): readonly Connection[] {
    return this.#watch.connections();
  }

  health(): ReturnType<NetWatch['health']> {
    return this.#watch.health();
  }

  list(): ListedConnection[] {
    return this.#watch.connections().flatMap((connection): ListedConnection[] => {
      const place = this.#options.placeOf(connection.process);
      if (place === undefined) return [];
      const { agentId, sessionId } = place.attribution;
      const { remote, local, listening, protocol, state } = connection;
      const end = remote ?? local;
      return [
        {
          pid: connection.process.pid,
          startTimeMs: connection.process.startTimeMs,
          program: programOf(place.process),
          ...(agentId !== undefined && { agentId }),
          ...(sessionId !== undefined && { sessionId }),
          part: partOf(place),
          protocol,
          address: end.address,
          port: end.port,
          listening,
          state,
          hosts: remote === undefined ? [] : [...this.#hosts.namesOf(remote.address)],
          ...(connection.bytesOut !== undefined && { bytesOut: connection.bytesOut }),
          ...(connection.bytesIn !== undefined && { bytesIn: connection.bytesIn }),
        },
      ];
    });
  }

  namesOf(address: string): readonly string[] {
    return this.#hosts.namesOf(address);
  }

  #tell(change: ConnectionChange, timeMs: number): void {
    const place = this.#options.placeOf(change.connection.process);
    if (place === undefined) return;
    if (change.kind === 'connect' && change.hosts.length === 0) {
      const { remote } = change.connection;
      const host = this.#askedFor(place, remote.port);
      if (host !== undefined && classifyHost(remote.address) === 'public-ip') {
        this.#hosts.note(host, remote.address);
        this.#options.onChange({ ...change, hosts: [host] }, place, timeMs);
        return;
      }
    }
    this.#options.onChange(change, place, timeMs);
  }

  /** The host its tool call asked for, when that named just one and the port is the one of it. */
  #askedFor({ attribution }: ProcessPlace, port: number): string | undefined {
    const named = attribution.toolCallId === undefined ? undefined : this.#named.get(attribution.toolCallId);
    return named !== undefined && named.port === port && classifyHost(named.host) === 'public'
      ? named.host
      : undefined;
  }
}

function readHead(path: string): string {
  const buffer = Buffer.alloc(MAX_HOSTS_BYTES);
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, MAX_HOSTS_BYTES, 0));
  } catch {
    return ''; // no such file (Windows keeps it elsewhere), or it may not be read: no names then
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
