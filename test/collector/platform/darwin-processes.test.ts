import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCpuTime, parsePs } from '../../../collector/platform/darwin-processes.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/processes/${name}.txt`, import.meta.url), 'utf8');

describe('parsePs', () => {
  const { processes, usage } = parsePs(fixture('darwin-command'), fixture('darwin-comm'));
  const byPid = new Map(processes.map((process) => [process.pid, process]));

  it('keeps what runs, and leaves out what ended or makes no sense', () => {
    expect([...byPid.keys()]).toEqual([1, 412, 803, 9120, 9188, 9300, 88]);
    expect(byPid.get(88)).toMatchObject({ executable: '/usr/sbin/securityd', argv: [] });
  });

  it('keeps a path with spaces whole', () => {
    expect(byPid.get(412)).toEqual({
      pid: 412,
      parentPid: 1,
      startTimeMs: Date.UTC(2026, 10, 20, 8, 1, 40),
      name: 'Electron',
      executable: '/Applications/Visual Studio Code.app/Contents/MacOS/Electron',
      argv: ['/Applications/Visual Studio Code.app/Contents/MacOS/Electron', '--no-sandbox'],
      uid: 501,
      processGroupId: 412,
    });
    expect(byPid.get(9300)?.argv).toEqual(['/Users/jane/Library/Application Support/Tool/bin/tool']);
  });

  it('knows terminals, one-digit days and programs called by name', () => {
    expect(byPid.get(9120)).toMatchObject({
      name: 'claude',
      argv: ['claude', '--resume'],
      tty: 'ttys001',
      startTimeMs: Date.UTC(2026, 10, 1, 3, 25, 3),
    });
    expect(byPid.get(9120)).not.toHaveProperty('executable');
    expect(byPid.get(803)).toMatchObject({ name: '-zsh', argv: ['-zsh'] });
  });

  it('counts processor time and memory', () => {
    expect(usage.get(9120)).toEqual({ cpuMs: 723_440, residentBytes: 310_272 * 1024 });
    expect(usage.get(9300)?.cpuMs).toBe(93_784_000);
    expect(parseCpuTime('-')).toBe(0);
  });

  it('reads what a real ps prints for the same columns', () => {
    const columns = 'pid=,ppid=,pgid=,uid=,tty=,rss=,time=,lstart=,command=';
    const run = (list: string): string =>
      execFileSync('ps', ['-p', String(process.pid), '-ww', '-o', list], {
        env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
        encoding: 'utf8',
      });
    const [own] = parsePs(run(columns), run('pid=,comm=')).processes;
    expect(own).toMatchObject({ pid: process.pid, parentPid: process.ppid, uid: process.getuid?.() });
    expect(Math.abs((own?.startTimeMs ?? 0) - (Date.now() - process.uptime() * 1000))).toBeLessThan(10_000);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (commands, executables) => {
        expect(parsePs(commands, executables).processes.length).toBeLessThanOrEqual(1);
      }),
    );
    const long = ` 1 1 1 1 ?? 1 0:00.01 Sun Nov 22 03:26:00 2026 ${'x '.repeat(500_000)}`;
    expect(parsePs(long, '').processes[0]?.argv.length).toBeLessThan(20_000);
  });
});
