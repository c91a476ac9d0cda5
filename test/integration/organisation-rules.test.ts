import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { claudeCall, claudeLog } from '../support/claude-lines.ts';
import { type RunningCollector, startCollector } from '../support/collector-process.ts';
import { tempDir } from '../support/temp.ts';

const SESSION = 'aaaaaaaa-0000-4000-8000-000000000001';
let collector: RunningCollector | undefined;
afterEach(() => {
  vi.unstubAllEnvs();
  collector?.child.kill('SIGKILL');
});

const rule = (id: string, program: string): string => `title: A call of ${program}
id: ${id}
description: This program is not for laptops here.
level: high
match: commands.exists(c, c.program == "${program}")
examples:
  hit: [{ name: it, calls: [{ shell: ${program} x }] }]
  miss: [{ name: else, calls: [{ shell: ls }] }]
`;

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`${what}: not in time`);
    await sleep(50);
  }
}

it(
  'finds by rules of the organisation, in history and live, and takes changed files while it runs',
  { timeout: 90_000 },
  async () => {
    const folder = tempDir();
    const home = join(folder, 'home');
    const rules = join(folder, 'config/reeve/rules');
    mkdirSync(rules, { recursive: true });
    vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'config'));
    writeFileSync(
      join(rules, 'a.yml'),
      `${rule('acme.one', 'widgetctl')}---\n${rule('acme.bad', 'x').replace('commands', 'comands')}`,
    );
    const log = claudeLog(home, '-shop', SESSION, [claudeCall(1, { command: 'widgetctl deploy' })]);
    collector = await startCollector(home, join(folder, 'state'));
    const { client } = collector;
    const ids = async (): Promise<string[]> =>
      (await client.call('findings.list', {})).map((finding) => finding.ruleId);
    const health = async (): Promise<string> =>
      (await client.call('status.get', {})).health.map(({ text }) => text).join('\n');
    expect(await ids()).toContain('acme.one');
    expect(await health()).toMatch(/a\.yml:14: match: .*comands/);

    writeFileSync(join(rules, 'a.yml'), rule('acme.one', 'widgetctl'));
    writeFileSync(join(rules, 'b.yml'), rule('acme.two', 'gizmoctl'));
    await until('the mended file', async () => !(await health()).includes('comands'));
    appendFileSync(log, claudeCall(2, { command: 'sudo gizmoctl apply' }));
    await until('the new rule', async () => (await ids()).includes('acme.two'));
    await collector.stop();
  },
);
