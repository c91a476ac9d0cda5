import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { BaselineEntry } from '../../collector/contract/baseline.ts';
import { columns } from '../../collector/cli/words.ts';
import { claudeCall, claudeLog } from '../support/claude-lines.ts';
import { type RunningCollector, startCollector } from '../support/collector-process.ts';
import { startCli } from '../support/run-cli.ts';
import { tempDir } from '../support/temp.ts';

const DAY_MS = 86_400_000;
const COMMANDS = ['git status', 'npm test', 'ls -la', 'git diff', 'curl -s https://api.example.com/v1'];

/** A month of a few calls a day in two projects. */
function writeMonth(home: string): void {
  let n = 0;
  for (let day = 30; day > 0; day--) {
    for (const [index, project] of ['shop', 'site'].entries()) {
      const sessionId = `bbbbbbbb-${String(day).padStart(4, '0')}-4000-8000-00000000000${index}`;
      const cwd = join(home, 'src', project);
      const startMs = Date.now() - day * DAY_MS;
      const lines = Array.from({ length: 8 }, (_, call) => {
        n += 1;
        const timestamp = new Date(startMs + call * 20_000).toISOString();
        return claudeCall(n, { command: COMMANDS[n % COMMANDS.length] }, { sessionId, cwd, timestamp });
      });
      claudeLog(home, `-src-${project}`, sessionId, lines);
    }
  }
}

let running: RunningCollector | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function learned({ client }: RunningCollector): Promise<BaselineEntry[]> {
  for (let tries = 0; tries < 500; tries++) {
    const entries = await client.call('baseline.list', {});
    if (entries.length > 0) return entries;
    await sleep(20);
  }
  throw new Error('nothing was learned');
}

describe('the baseline of a running collector', () => {
  it('is learned from the logs on disk, shown within 80 columns, and forgotten when told so', async () => {
    const home = tempDir();
    const state = join(tempDir(), 'state');
    mkdirSync(state, { mode: 0o700 });
    writeMonth(home);
    running = await startCollector(home, state);
    const entries = await learned(running);
    expect(entries.map(({ scope }) => scope).sort()).toEqual(['project', 'project', 'user']);
    const shop = entries.find(({ name }) => name === join(home, 'src/shop'))!;
    expect(shop).toMatchObject({ state: 'ready', agentId: 'claude-code' });
    expect(shop.history.activeDays).toBeGreaterThan(25);
    expect(shop.history.toolCalls).toBeGreaterThan(200);
    const programs = shop.dimensions.find(({ dimension }) => dimension === 'program')!;
    expect(programs.top.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['git status', 'npm test', 'ls', 'curl']),
    );
    expect(shop.dimensions.find(({ dimension }) => dimension === 'host')!.top[0]?.value).toBe('example.com');

    for (const args of [['baseline'], ['baseline', 'shop']]) {
      const shown = await startCli(args, { state, home }).ended();
      expect(shown).toMatchObject({ code: 0, stderr: '' });
      expect(shown.stdout).toContain('src/shop');
      for (const line of shown.stdout.split('\n')) expect(columns(line)).toBeLessThanOrEqual(80);
    }
    const json = await startCli(['baseline', '--json', 'shop'], { state, home }).ended();
    expect(JSON.parse(json.stdout)).toMatchObject([{ name: join(home, 'src/shop') }]);

    const paused = await startCli(['baseline', 'shop', '--pause'], { state, home }).ended();
    expect(paused.stdout).toBe('Paused 1 baseline.\n');
    const reset = await startCli(['baseline', 'shop', '--reset'], { state, home }).ended();
    expect(reset.stdout).toBe('Forgot 1 baseline; learning begins anew.\n');
    await running.stop();
    running = undefined;

    const alone = await startCli(['baseline', '--json'], { state, home }).ended();
    const names: unknown = JSON.parse(alone.stdout);
    expect(JSON.stringify(names)).not.toContain('src/shop');
    expect(JSON.stringify(names)).toContain('src/site');
    const unknown = await startCli(['baseline', 'nowhere'], { state, home }).ended();
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toContain('Nothing was learned about nowhere.');
  });
});
