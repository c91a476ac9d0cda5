import type { ProcessKey } from './process.ts';

export interface Endpoint {
  /**
   * IPv4 dotted or IPv6 as RFC 5952 writes it, without brackets. An IPv4 address mapped into IPv6 is given as IPv4.
   * `0.0.0.0` and `::` stand for every address.
   */
  readonly address: string;
  readonly port: number;
}

export type ConnectionState =
  | 'established'
  | 'syn-sent'
  | 'syn-received'
  | 'fin-wait'
  | 'time-wait'
  | 'close-wait'
  | 'last-ack'
  | 'closing'
  | 'closed'
  | 'listen'
  /** UDP without a peer, and states of other systems. */
  | 'other';

/** A socket held by one process. Several processes may hold the same one: each is told. */
export interface Connection {
  readonly process: ProcessKey;
  readonly protocol: 'tcp' | 'udp';
  readonly local: Endpoint;
  /** Absent for listeners and for UDP sockets that talk to nobody in particular. */
  readonly remote?: Endpoint;
  readonly state: ConnectionState;
  /** Waits for others to connect: a TCP listener, or a UDP socket bound to a port without a peer. */
  readonly listening: boolean;
  /** Since it began, acknowledged by the other end; absent where the OS does not tell. */
  readonly bytesOut?: number;
  readonly bytesIn?: number;
}

export type ConnectionChange =
  /** The first connection of this process to this address and port. */
  | {
      readonly kind: 'connect';
      readonly connection: Connection & { readonly remote: Endpoint };
      /** Names known here without asking the network: from the hosts file, and from what callers have noted. */
      readonly hosts: readonly string[];
    }
  | { readonly kind: 'listen'; readonly connection: Connection };
