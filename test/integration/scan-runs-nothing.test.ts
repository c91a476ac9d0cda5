import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ScanDocument } from '../../collector/contract/scan.ts';
import { HostileHome } from '../support/hostile-home.ts';
import { ENTRY, startProgram } from '../support/run-cli.ts';
import { tempDir } from '../support/temp.ts';

/** Leaves out what is another each time. */
function lasting(document: ScanDocument): string {
  return JSON.stringify(document, (key, value: unknown) => (/(?:Ms|At)$/.test(key) ? 0 : value));
}

async function scan(
  hostile: HostileHome,
  state: string,
  options: readonly string[] = [],
): Promise<ScanDocument> {
  const args = [...options, ENTRY, '--state', state, 'scan', '--home', hostile.home.dir, '--json'];
  const { code, stdout, stderr } = await startProgram([process.execPath, ...args], {
    home: hostile.home.dir,
    env: { PATH: hostile.bin, SHELL: join(hostile.bin, 'sh'), GIT_SSH_COMMAND: hostile.trap('ssh-env') },
  }).ended();
  expect(stderr).not.toMatch(/denied|ERR_ACCESS/i);
  expect(code, stderr).toBe(0);
  return ScanDocument.parse(JSON.parse(stdout));
}

describe('a scan of a home in which everything names a command', () => {
  it('reads all of it, runs nothing of it, and no program at all', { timeout: 60_000 }, async () => {
    const dir = tempDir();
    const hostile = new HostileHome(dir);
    const document = await scan(hostile, join(dir, 'state'));
    expect(hostile.ran()).toEqual([]);

    // It was all read: commands of every kind are in the document.
    const text = JSON.stringify(document);
    for (const what of [
      'claude',
      'claude-local',
      'codex-mcp',
      'gemini',
      'cursor',
      'copilot',
      'opencode',
      'project',
    ])
      expect(text, what).toMatch(new RegExp(`trap-\\d+-${what}\\b`));
    expect(document.mcpServers.length).toBeGreaterThan(10);
    expect(text).toContain('rm -rf'); // the folder with a command for a name

    // The runtime forbids children altogether: the same document comes out, so nobody tried and gave up.
    const forbidden = [
      '--permission',
      '--allow-fs-read=*',
      '--allow-fs-write=*',
      '--allow-addons',
      '--allow-worker',
    ];
    const again = await scan(hostile, join(dir, 'state'), forbidden);
    expect(lasting(again)).toBe(lasting(document));
    expect(hostile.ran()).toEqual([]);
  });

  it('would have been noticed: the traps work', () => {
    const hostile = new HostileHome(tempDir());
    execFileSync(hostile.trap('control'), ['x']);
    execFileSync('git', ['status'], { env: { PATH: hostile.bin } });
    expect(hostile.ran().join('\n')).toMatch(/shim-git: .*git status\n.*control.* x/);
    const forbidden = [
      '--permission',
      '--allow-fs-read=*',
      '-e',
      'require("child_process").execFileSync("/bin/true")',
    ];
    expect(() => execFileSync(process.execPath, forbidden, { stdio: 'pipe' })).toThrow(/ERR_ACCESS_DENIED/);
  });
});
