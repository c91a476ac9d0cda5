import { expect, it } from 'vitest';
import {
  listReportedProcesses,
  splitArguments,
  toProcessInfo,
} from '../../../collector/platform/reported-processes.ts';

it('reads the process table through systeminformation', async () => {
  const own = (await listReportedProcesses()).find(({ pid }) => pid === process.pid);
  expect(own).toMatchObject({ parentPid: process.ppid });
  expect(Math.abs((own?.startTimeMs ?? 0) - (Date.now() - process.uptime() * 1000))).toBeLessThan(10_000);
});

it.each([
  ['claude', '--yolo -p x', ['claude', '--yolo', '-p', 'x']],
  ['"C:\\Program Files\\nodejs\\node.exe" cli.js', '', ['C:\\Program Files\\nodejs\\node.exe', 'cli.js']],
  ['codex exec hi', 'exec hi', ['codex', 'exec', 'hi']],
  ['', '', []],
])('splits %s and %s', (command, params, expected) => {
  expect(splitArguments(command, params)).toEqual(expected);
});

it('makes no time out of nonsense', () => {
  const reported = { pid: 1, parentPid: 0, name: 'x', started: '', command: 'x', params: '', path: '' };
  expect(toProcessInfo(reported)).toEqual({ pid: 1, parentPid: 0, name: 'x', startTimeMs: 0, argv: ['x'] });
});
