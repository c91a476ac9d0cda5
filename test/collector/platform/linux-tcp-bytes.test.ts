import { once } from 'node:events';
import { readlinkSync, readdirSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTcpBytes, readTcpBytes } from '../../../collector/platform/linux-tcp-bytes.ts';

/** Inodes of the sockets this process holds. */
function ownSockets(): number[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
      return inode === undefined ? [] : [Number(inode)];
    } catch {
      return [];
    }
  });
}

describe('what connections carried', () => {
  it('is told of a real one, both ways', async () => {
    const server = createServer((socket) => socket.on('data', () => socket.write('x'.repeat(5_000))));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(client, 'connect');
    client.write('y'.repeat(100_000));
    await once(client, 'data');
    await expect
      .poll(async () => {
        const bytes = await readTcpBytes();
        const own = ownSockets().flatMap((inode) => bytes.get(inode) ?? []);
        // The kernel counts the opening of the connection as a byte.
        return own.some(
          ({ bytesOut, bytesIn }) => bytesOut >= 100_000 && bytesOut < 100_010 && bytesIn >= 5_000,
        );
      })
      .toBe(true);
    client.destroy();
    server.close();
  });

  it('takes any bytes for an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { rows } = parseTcpBytes(Buffer.from(bytes), bytes.length);
        expect(rows.length).toBeLessThan(5);
      }),
    );
  });

  it('ends at a message of no length', () => {
    const answer = Buffer.alloc(64);
    answer.writeUInt16LE(20, 4);
    expect(parseTcpBytes(answer, 64)).toEqual({ rows: [], done: false });
  });
});
