import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../collector/contract/connection.ts';
import { TrafficSums } from '../../collector/traffic-sums.ts';

const T = 1_800_000_000_000;
const to = (port: number, bytesOut: number, more: { address?: string; pid?: number } = {}): Connection => ({
  process: { pid: more.pid ?? 7, startTimeMs: T },
  protocol: 'tcp',
  local: { address: '192.0.2.10', port },
  remote: { address: more.address ?? '203.0.113.9', port: 443 },
  state: 'established',
  listening: false,
  bytesOut,
  bytesIn: 100,
});
const owner = (): string => 'session curl';

describe('what leaves within a day', () => {
  it('is added up over many small connections, also those that were closed', () => {
    const sums = new TrafficSums();
    for (let n = 0; n < 12; n += 1) sums.look([to(50_000 + n, 500_000)], owner, T + n * 1_000);
    expect(sums.take()).toMatchObject([{ bytesOut: 6_000_000, bytesIn: 1_200, connections: 12 }]);
    expect(sums.take()).toEqual([]);
  });

  it('counts a connection that grows once', () => {
    const sums = new TrafficSums();
    for (const bytes of [100, 900_000, 900_000, 2_000_000]) sums.look([to(50_000, bytes)], owner, T);
    expect(sums.take()).toMatchObject([{ bytesOut: 2_000_000, connections: 1 }]);
    sums.look([to(50_000, 3_900_000)], owner, T);
    expect(sums.take()).toEqual([]);
    sums.look([to(50_000, 4_000_000)], owner, T);
    expect(sums.take()).toMatchObject([{ bytesOut: 4_000_000 }]);
  });

  it('is of one program and one address, and of one day', () => {
    const sums = new TrafficSums();
    sums.look([to(1, 600_000), to(2, 600_000, { address: '203.0.113.10' })], owner, T);
    expect(sums.take()).toEqual([]);
    sums.look([to(3, 600_000)], owner, T + 86_400_001);
    expect(sums.take()).toEqual([]);
    sums.look([to(4, 600_000)], () => undefined, T + 86_400_002);
    expect(sums.take()).toEqual([]);
    sums.look([to(5, 600_000)], owner, T + 86_400_003);
    expect(sums.take()).toMatchObject([{ bytesOut: 1_200_000 }]);
  });

  it('never comes out as more than was carried, whatever order looks come in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(5_000_000)), { maxLength: 30 }),
        (looks) => {
          const sums = new TrafficSums();
          let most = 0;
          for (const [port, bytes] of looks) {
            sums.look([to(port, bytes)], owner, T);
            most += bytes;
          }
          for (const { bytesOut } of sums.take()) expect(bytesOut).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
