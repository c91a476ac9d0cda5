import { describe, expect, it } from 'vitest';
import type { Connection, Endpoint } from '../../../collector/contract/connection.ts';
import { HostNames, parseHosts } from '../../../collector/sources/net-hosts.ts';
import { NetWatch, type ConnectionBatch } from '../../../collector/sources/net-watch.ts';

const agent = { pid: 10, startTimeMs: 5 };
const web: Endpoint = { address: '198.51.100.7', port: 443 };

function connection(over: Partial<Connection> = {}): Connection {
  return {
    process: agent,
    protocol: 'tcp',
    local: { address: '192.0.2.1', port: 50_000 },
    remote: web,
    state: 'established',
    listening: false,
    ...over,
  };
}

function listener(port: number): Connection {
  return {
    process: agent,
    protocol: 'tcp',
    local: { address: '0.0.0.0', port },
    state: 'listen',
    listening: true,
  };
}

function setUp() {
  const batches: ConnectionBatch[] = [];
  const hosts = new HostNames();
  const state = {
    connections: [] as Connection[],
    truncated: false,
    fail: false,
    processes: [agent],
    reads: 0,
    busy: true,
  };
  let delayMs: number | undefined;
  const watch = new NetWatch({
    reader: {
      connections: () => {
        state.reads += 1;
        return state.fail ? Promise.reject(new Error('netstat')) : Promise.resolve({ ...state });
      },
    },
    processes: () => state.processes,
    isBusy: () => state.busy,
    hosts,
    onChanges: (batch) => batches.push(batch),
    clock: {
      nowMs: () => 1,
      monotonicMs: () => 1,
      after: (ms) => {
        delayMs = ms;
        return () => {
          delayMs = undefined;
        };
      },
    },
  });
  const told = (): readonly string[] =>
    batches
      .splice(0)
      .flatMap(({ changes }) =>
        changes.map((change) =>
          change.kind === 'connect'
            ? `connect ${change.connection.remote.address} ${change.connection.remote.port} ${change.hosts.join('+')}`
            : `listen ${change.connection.local.port}`,
        ),
      );
  return { watch, state, hosts, told, delay: () => delayMs };
}

describe('NetWatch', () => {
  it('tells of a remote once per process, with the names that are known', async () => {
    const { watch, state, hosts, told } = setUp();
    hosts.note('API.example.com.', '198.51.100.7');
    state.connections = [connection(), connection({ local: { address: '192.0.2.1', port: 50_001 } })];
    await watch.look();
    expect(told()).toEqual(['connect 198.51.100.7 443 api.example.com']);
    await watch.look();
    expect(told()).toEqual([]);
    state.connections = [connection({ remote: { ...web, port: 22 } })];
    await watch.look();
    expect(told()).toEqual(['connect 198.51.100.7 22 api.example.com']);
    expect(watch.connections()).toHaveLength(1);
  });

  it('tells of the same remote again for a process that has the pid now', async () => {
    const { watch, state, told } = setUp();
    state.connections = [connection()];
    await watch.look();
    const next = { pid: 10, startTimeMs: 99 };
    state.processes = [next];
    state.connections = [connection({ process: next })];
    told();
    await watch.look();
    expect(told()).toHaveLength(1);
  });

  it('tells of a listener once, and not of who connects to it', async () => {
    const { watch, state, told } = setUp();
    const guest = connection({
      local: { address: '127.0.0.1', port: 8080 },
      remote: { address: '127.0.0.1', port: 60_000 },
    });
    state.connections = [guest, listener(8080)];
    await watch.look();
    await watch.look();
    expect(told()).toEqual(['listen 8080']);
  });

  it('reads nothing without processes, and looks seldom when nobody works', async () => {
    const { watch, state, delay } = setUp();
    state.processes = [];
    watch.start();
    expect(delay()).toBe(1000);
    state.busy = false;
    await watch.look();
    expect([state.reads, delay()]).toEqual([0, 10_000]);
    await watch.stop();
    expect(delay()).toBeUndefined();
  });

  it('goes on after a failure and counts what was left out', async () => {
    const { watch, state, told } = setUp();
    state.fail = true;
    await watch.look();
    state.fail = false;
    state.truncated = true;
    state.connections = [connection()];
    await watch.look();
    expect(told()).toHaveLength(1);
    expect(watch.health()).toMatchObject({ failures: 1, truncated: 1 });
  });
});

describe('HostNames', () => {
  it('reads the hosts file, without addresses that lists block with', () => {
    const text =
      '# x\n127.0.0.1 localhost\n192.0.2.5\tGit.Example.com git # y\n0.0.0.0 ads.example.com\n::1 localhost\nbad name\n198.51.100.1 a..b/c\n';
    expect(Object.fromEntries(parseHosts(text))).toEqual({
      '127.0.0.1': ['localhost'],
      '192.0.2.5': ['git.example.com', 'git'],
      '::1': ['localhost'],
    });
  });

  it('knows the newest name first, and a bounded number', () => {
    const names = new HostNames();
    names.setHostsFile('192.0.2.5 fixed.example.com\n');
    for (let n = 0; n < 20; n += 1) names.note(`h${n}.example.com`, '::ffff:192.0.2.5');
    names.note('h15.example.com', '192.0.2.5');
    expect(names.namesOf('192.0.2.5')).toEqual(
      [15, 19, 18, 17, 16, 14, 13, 12].map((n) => `h${n}.example.com`).concat('fixed.example.com'),
    );
    names.note('not a name', '192.0.2.6');
    names.note('fine.example.com', 'not an address');
    expect(names.namesOf('192.0.2.6')).toEqual([]);
  });

  it('forgets what was noted long ago when there is too much', () => {
    const names = new HostNames();
    for (let n = 0; n <= 16_384; n += 1)
      names.note('x.example.com', `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
    expect(names.namesOf('10.0.0.0')).toEqual([]);
    expect(names.namesOf('10.0.0.1')).toEqual(['x.example.com']);
  });
});
