import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../../collector/cli/exec/find-program.ts';
import { type LaunchPlan, toLaunch } from '../../../collector/cli/exec/launch.ts';
import { tempDir } from '../../support/temp.ts';

/** Runs a plan with a stand-in for systemd-run in front of the path. */
function run(plan: LaunchPlan, systemdRun: string): { status: number | null; stdout: string; asked: string } {
  const dir = tempDir();
  const asked = join(dir, 'asked');
  writeFileSync(asked, '');
  writeFileSync(join(dir, 'systemd-run'), `#!/bin/sh\necho "$*" >> ${asked}\n${systemdRun}\n`);
  chmodSync(join(dir, 'systemd-run'), 0o755);
  const { program, args } = toLaunch(plan);
  const { status, stdout } = spawnSync(program, args, {
    env: { ...process.env, PATH: `${dir}:${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
  });
  return { status, stdout, asked: readFileSync(asked, 'utf8') };
}

const HOSTILE_ARGS = ['a b', '', '$(echo no)', "it's", '-x', '*', '--', 'é\n'];
const PRINT = { program: 'sh', args: ['-c', 'printf "<%s>" "$@"; exit 7', 'sh', ...HOSTILE_ARGS] };
const PRINTED = HOSTILE_ARGS.map((arg) => `<${arg}>`).join('');

describe('toLaunch', () => {
  it('leaves a program alone when nothing is to be prepared', () => {
    expect(toLaunch(PRINT)).toEqual(PRINT);
  });

  it('starts the program in a scope of its own with its arguments untouched', () => {
    const works = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';
    const { status, stdout, asked } = run({ ...PRINT, scope: 'reeve-exec-1.scope' }, works);
    expect({ status, stdout }).toEqual({ status: 7, stdout: PRINTED });
    expect(asked).toContain('--user --scope --quiet --unit=reeve-exec-1.scope -- sh -c');
  });

  it.each([
    ['refuses', 'exit 1'],
    ['hangs', 'exec sleep 60'],
  ])('starts the program without a scope when systemd %s', (_, systemdRun) => {
    const before = performance.now();
    const { status, stdout, asked } = run({ ...PRINT, scope: 'reeve-exec-1.scope' }, systemdRun);
    expect({ status, stdout }).toEqual({ status: 7, stdout: PRINTED });
    expect(asked.trim().split('\n')).toHaveLength(1);
    expect(performance.now() - before).toBeLessThan(6_000);
  });

  it('starts the program when the terminal does not take the settings', () => {
    const { status, stdout } = run({ ...PRINT, terminalSettings: 'no settings' }, 'exit 1');
    expect({ status, stdout }).toEqual({ status: 7, stdout: PRINTED });
  });
});

describe('findProgram', () => {
  it('finds what can be run, and says why the rest cannot', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'agent'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(dir, 'notes'), 'text', { mode: 0o644 });
    expect(findProgram('agent', `/nowhere:${dir}`, [])).toEqual({ ok: true, path: join(dir, 'agent') });
    expect(findProgram(join(dir, 'agent'), undefined, [])).toMatchObject({ ok: true });
    expect(findProgram('missing', dir, [])).toMatchObject({ ok: false, exitCode: 127 });
    expect(findProgram('notes', dir, [])).toMatchObject({ ok: false, exitCode: 126 });
    expect(findProgram(dir, undefined, [])).toMatchObject({ ok: false, exitCode: 126 });
  });
});
