import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProcessInfo } from '../../../collector/contract/process.ts';
import { readClaudePidFiles } from '../../../collector/discovery/pid-files.ts';

const SESSION = '11111111-2222-4333-8444-555555555555';
const now = Date.now();
const running: ProcessInfo = {
  pid: 4711,
  parentPid: 1,
  startTimeMs: now - 10_000,
  startTicks: 123_456,
  name: 'claude',
  argv: ['claude'],
};
const processOf = (pid: number): ProcessInfo | undefined => (pid === 4711 ? running : undefined);

let root = '';
let folder = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reeve-pid-'));
  folder = join(root, 'sessions');
  mkdirSync(folder);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(content: object, name = '4711.json'): void {
  writeFileSync(join(folder, name), JSON.stringify(content));
}

const entry = { pid: 4711, sessionId: SESSION, cwd: '/home/dev/app', startedAt: now - 9_000 };

describe('the registry of running Claude Code sessions', () => {
  it.each([
    ['by when the agent began', {}],
    ['by clock ticks', { procStart: '123456' }],
    ['by milliseconds', { procStart: now - 10_500 }],
    ['by a date', { procStart: new Date(now - 10_000).toString() }],
  ])('says which process runs which session, checked %s', (_, more) => {
    write({ ...entry, ...more, messagingSocketPath: '/tmp/x' });
    const { facts } = readClaudePidFiles(folder, processOf);
    expect(facts).toEqual([
      {
        agentId: 'claude-code',
        process: { pid: 4711, startTimeMs: running.startTimeMs },
        nativeSessionId: SESSION,
        cwd: '/home/dev/app',
        modifiedMs: expect.any(Number) as number,
      },
    ]);
  });

  it.each([
    ['other ticks', { procStart: '99' }],
    ['another date', { procStart: new Date(now - 900_000).toString() }],
    ['a session that began before the process', { startedAt: now - 3_600_000 }],
    ['no time at all', { startedAt: undefined }],
  ])('says nothing of a pid that has another process by now: %s', (_, more) => {
    write({ ...entry, ...more });
    expect(readClaudePidFiles(folder, processOf)).toEqual({ facts: [], refused: { 'other-process': 1 } });
  });

  it('ignores ended processes, nonsense and files that speak of another pid', () => {
    write({ ...entry, pid: 1 }, '1.json');
    write({ ...entry, pid: 12 });
    expect(readClaudePidFiles(folder, processOf).refused).toEqual({ 'no-process': 1, malformed: 1 });
    writeFileSync(join(folder, '4711.json'), '{"pid": 4711, "sess');
    expect(readClaudePidFiles(folder, processOf).refused).toMatchObject({ malformed: 1 });
  });

  it('opens no key file, follows no link out of the folder and reads no huge file', () => {
    writeFileSync(join(folder, `4711.${'a'.repeat(64)}.key`), 'not for us');
    writeFileSync(join(root, 'elsewhere.json'), JSON.stringify(entry));
    symlinkSync(join(root, 'elsewhere.json'), join(folder, '4711.json'));
    expect(readClaudePidFiles(folder, processOf)).toEqual({ facts: [], refused: { unreadable: 1 } });
    rmSync(join(folder, '4711.json'));
    write({ ...entry, padding: 'x'.repeat(100_000) });
    expect(readClaudePidFiles(folder, processOf)).toEqual({ facts: [], refused: { unreadable: 1 } });
  });

  it('is empty without the folder', () => {
    chmodSync(folder, 0o700);
    expect(readClaudePidFiles(join(root, 'none'), processOf)).toEqual({ facts: [], refused: {} });
  });
});
