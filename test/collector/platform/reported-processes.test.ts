import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toConnections } from '../../../collector/platform/reported-connections.ts';
import {
  listReportedProcesses,
  ReportedProcessReader,
  splitArguments,
  toProcessInfo,
  toSnapshot,
} from '../../../collector/platform/reported-processes.ts';

function fixture(name: string): unknown {
  const url = new URL(`../../fixtures/processes/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

describe('the process table', () => {
  it('is read through systeminformation', async () => {
    const own = (await listReportedProcesses()).find(({ pid }) => pid === process.pid);
    expect(own).toMatchObject({ parentPid: process.ppid });
    expect(Math.abs((own?.startTimeMs ?? 0) - (Date.now() - process.uptime() * 1000))).toBeLessThan(10_000);
    expect(await new ReportedProcessReader().readOne(2 ** 22 + 1)).toBeUndefined();
  });

  it('is mapped from what Windows reports', () => {
    const { processes } = toSnapshot(fixture('win32-processes') as readonly unknown[]);
    expect(processes.map(({ pid, parentPid }) => [pid, parentPid])).toEqual([
      [4120, 992],
      [7716, 4120],
      [8040, 7716],
      // Its parent's pid belongs to one that began later.
      [8041, 0],
    ]);
    expect(processes[1]).toEqual({
      pid: 7716,
      parentPid: 4120,
      name: 'node.exe',
      startTimeMs: new Date(2026, 10, 22, 3, 25, 3).getTime(),
      executable: 'C:\\Program Files\\nodejs\\node.exe',
      argv: [
        'C:\\Program Files\\nodejs\\node.exe',
        'C:\\Users\\jane\\AppData\\Roaming\\npm\\node_modules\\@google\\gemini-cli\\bundle\\gemini.js',
        '--yolo',
      ],
    });
  });

  it.each([
    ['claude', '--yolo -p x', ['claude', '--yolo', '-p', 'x']],
    ['"C:\\Program Files\\nodejs\\node.exe" cli.js', '', ['C:\\Program Files\\nodejs\\node.exe', 'cli.js']],
    ['codex exec hi', 'exec hi', ['codex', 'exec', 'hi']],
    ['', '', []],
  ])('splits %s and %s', (command, params, expected) => {
    expect(splitArguments(command, params)).toEqual(expected);
  });

  it('is not lost for rows that miss columns or hold something else', () => {
    const rows = [null, 'x', { pid: 'y' }, { pid: -1 }, { pid: 7 }, { pid: '8', parentPid: 7, name: null }];
    expect(toSnapshot(rows).processes).toEqual([
      { pid: 7, parentPid: 0, name: '', startTimeMs: 0, argv: [] },
      { pid: 8, parentPid: 7, name: '', startTimeMs: 0, argv: [] },
    ]);
    const sockets = [null, {}, { pid: 5, protocol: 'tcp', localAddress: '127.0.0.1', localPort: 80 }];
    expect(toConnections(sockets, [{ pid: 5, startTimeMs: 1 }]).connections).toMatchObject([
      { protocol: 'tcp', local: { address: '127.0.0.1', port: 80 }, state: 'other', listening: false },
    ]);
  });

  it('makes no time out of nonsense', () => {
    const reported = { pid: 1, parentPid: 0, name: 'x', started: '', command: 'x', params: '', path: '' };
    expect(toProcessInfo(reported)).toEqual({ pid: 1, parentPid: 0, name: 'x', startTimeMs: 0, argv: ['x'] });
  });
});

describe('connections', () => {
  const key = (pid: number) => ({ pid, startTimeMs: 5 });

  it('are mapped from what macOS reports, for the processes asked for', () => {
    const reported = fixture('darwin-connections') as readonly unknown[];
    expect(toConnections(reported, [key(9120)])).toEqual({
      truncated: false,
      connections: [
        {
          process: key(9120),
          protocol: 'tcp',
          local: { address: '192.0.2.10', port: 51312 },
          remote: { address: '198.51.100.7', port: 443 },
          state: 'established',
          listening: false,
        },
        {
          process: key(9120),
          protocol: 'tcp',
          local: { address: 'fe80::1', port: 3000 },
          state: 'listen',
          listening: true,
        },
        {
          process: key(9120),
          protocol: 'udp',
          local: { address: '0.0.0.0', port: 5353 },
          state: 'other',
          listening: true,
        },
      ],
    });
  });

  it('are mapped from what Windows reports', () => {
    const reported = fixture('win32-connections') as readonly unknown[];
    expect(toConnections(reported, [key(7716)]).connections).toEqual([
      {
        process: key(7716),
        protocol: 'tcp',
        local: { address: '0.0.0.0', port: 8080 },
        state: 'listen',
        listening: true,
      },
      {
        process: key(7716),
        protocol: 'tcp',
        local: { address: '192.0.2.10', port: 50001 },
        remote: { address: '2001:db8::1', port: 443 },
        state: 'syn-sent',
        listening: false,
      },
      {
        process: key(7716),
        protocol: 'tcp',
        local: { address: '192.0.2.10', port: 50002 },
        remote: { address: '198.51.100.9', port: 443 },
        state: 'other',
        listening: false,
      },
    ]);
  });

  it('stop at a limit and say so', () => {
    const [row] = fixture('win32-connections') as readonly unknown[];
    const many = Array.from({ length: 9000 }, () => row!);
    const { connections, truncated } = toConnections(many, [key(7716)]);
    expect([connections.length, truncated]).toEqual([8192, true]);
  });
});
