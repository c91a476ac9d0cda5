import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinuxProcessReader } from '../../../collector/platform/linux-processes.ts';
import { parseEndpoint, parseSocketRow } from '../../../collector/platform/linux-socket-row.ts';

const own = { pid: process.pid, startTimeMs: 1 };

describe('parseSocketRow', () => {
  const row = (local: string, remote: string, state: string, inode = '77'): string =>
    `   3: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;

  it('reads a connection, a listener and a bound UDP socket', () => {
    expect(parseSocketRow(row('0A0200C0:C870', '076433C6:01BB', '01'), 'tcp')).toEqual({
      inode: 77,
      socket: {
        protocol: 'tcp',
        local: { address: '192.0.2.10', port: 51312 },
        remote: { address: '198.51.100.7', port: 443 },
        state: 'established',
        listening: false,
      },
    });
    expect(parseSocketRow(row('0100007F:1F90', '00000000:0000', '0A'), 'tcp')?.socket).toEqual({
      protocol: 'tcp',
      local: { address: '127.0.0.1', port: 8080 },
      state: 'listen',
      listening: true,
    });
    expect(parseSocketRow(row('00000000:14E9', '00000000:0000', '07'), 'udp')?.socket).toMatchObject({
      state: 'other',
      listening: true,
    });
  });

  it('reads IPv6 in either byte order', () => {
    const little = 'B80D0120000000000000000001000000:01BB';
    const big = '20010DB8000000000000000000000001:01BB';
    const expected = { address: '2001:db8::1', port: 443 };
    expect(parseEndpoint(little, true)).toEqual(expected);
    expect(parseEndpoint(big, false)).toEqual(expected);
    expect(parseEndpoint('0000000000000000FFFF00000100007F:0016', true)).toEqual({
      address: '127.0.0.1',
      port: 22,
    });
  });

  it('leaves out the heading, orphans and nonsense', () => {
    expect(parseSocketRow('  sl  local_address rem_address   st tx_queue', 'tcp')).toBeUndefined();
    expect(parseSocketRow(row('0100007F:1F90', '00000000:0000', '06', '0'), 'tcp')).toBeUndefined();
    expect(parseSocketRow(row('0100007F1:1F90', '00000000:0000', '0A'), 'tcp')).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseSocketRow(text, 'tcp6')).toBeUndefined();
      }),
    );
  });
});

describe('connections of a process', () => {
  it('are its listeners and both ends of a connection to itself, and its UDP socket', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    await once(client, 'connect');
    const udp = createSocket('udp6').bind(0, '::1');
    await once(udp, 'listening');
    const { connections, truncated } = await new LinuxProcessReader().connections([own]);
    const udpPort = udp.address().port;
    const clientPort = client.localPort;
    client.destroy();
    server.close();
    udp.close();
    expect(truncated).toBe(false);
    const place = { address: '127.0.0.1', port };
    expect(connections).toContainEqual({
      process: own,
      protocol: 'tcp',
      local: place,
      state: 'listen',
      listening: true,
    });
    expect(connections).toContainEqual({
      process: own,
      protocol: 'tcp',
      local: { address: '127.0.0.1', port: clientPort },
      remote: place,
      state: 'established',
      listening: false,
      bytesOut: expect.any(Number) as number,
      bytesIn: 0,
    });
    expect(connections).toContainEqual({
      process: own,
      protocol: 'udp',
      local: { address: '::1', port: udpPort },
      state: 'other',
      listening: true,
    });
  });

  it('are none for a process that is gone', async () => {
    const gone = { pid: 2 ** 22 + 1, startTimeMs: 1 };
    expect(await new LinuxProcessReader().connections([gone])).toEqual({ connections: [], truncated: false });
  });
});
