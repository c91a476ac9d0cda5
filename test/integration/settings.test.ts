import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { Setting } from '../../collector/contract/setting.ts';
import { claudeCall, claudeLog } from '../support/claude-lines.ts';
import { type RunningCollector, startCollector } from '../support/collector-process.ts';
import { startFakeReceiver } from '../support/otlp-fake.ts';
import { tempDir } from '../support/temp.ts';

const SESSION = 'aaaaaaaa-0000-4000-8000-000000000001';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    await sleep(20);
  }
}

async function settingOf(collector: RunningCollector, key: string): Promise<Setting> {
  const { settings } = await collector.client.call('settings.get', {});
  return settings.find((one) => one.key === key)!;
}

it('settings are taken up while the collector runs, from the window and from the file', async () => {
  const home = tempDir();
  const log = claudeLog(home, '-shop', SESSION, [claudeCall(1, { command: 'echo before' })]);
  const receiver = await startFakeReceiver();
  ends.push(() => receiver.close());
  const collector = await startCollector({ own: home }, join(tempDir(), 'state'));
  ends.push(() => collector.child.kill('SIGKILL'));
  const set = (key: string, value: unknown) => collector.client.call('settings.set', { key, value });
  const call = (n: number): void => {
    appendFileSync(log, claudeCall(n, { command: `echo ${n}` }));
  };
  const stored = async (n: number): Promise<boolean> =>
    (await collector.client.call('events.list', { kind: 'tool.call' })).some(
      ({ event }) => event.input?.['command'] === `echo ${n}`,
    );

  expect(await set('reporting.endpoint', receiver.url)).toMatchObject({
    status: 'done',
    detail: 'reporting.endpoint is changed.',
    setting: { pending: false },
  });
  call(2);
  await until('a report of what came after', () => receiver.records.length > 0);
  expect((await collector.client.call('status.get', {})).reporting).toMatchObject({ mode: 'metadata' });
  await until('the second call', () => stored(2));

  await set('reporting.mode', 'off');
  const atOff = receiver.requests.length;
  call(3);
  await until('the third call', () => stored(3));
  await sleep(300);
  expect(receiver.requests.length).toBe(atOff);
  expect(await collector.client.call('sent.stats', {})).toMatchObject({ on: false, mode: 'off' });
  await set('reporting.mode', 'full');
  call(4);
  await until('a report again', () => receiver.requests.length > atOff);

  // What counts at a start only says so.
  expect(await set('processes.events', false)).toMatchObject({
    detail: 'processes.events is changed; it takes effect when the collector starts again.',
    setting: { pending: true },
  });

  // An editor, or an administrator, changes the file itself.
  const file = join(home, '.config/reeve/config.json');
  mkdirSync(join(home, '.config/reeve'), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), retention: { days: 30 } }));
  await until('the change in the file', async () => !(await settingOf(collector, 'retention.days')).pending);
  expect(await settingOf(collector, 'retention.days')).toMatchObject({ value: 30, pending: false });
  writeFileSync(file, '{"retention": ');
  const health = async (): Promise<string[]> =>
    (await collector.client.call('status.get', {})).health.map(({ code }) => code);
  await until('a file that is half written is told', async () =>
    (await health()).includes('settings-unusable'),
  );
  writeFileSync(file, '{"retention": {"days": 40}}');
  await until('its repair', async () => !(await health()).includes('settings-unusable'));
  expect(await settingOf(collector, 'retention.days')).toMatchObject({ value: 40, pending: false });
}, 90_000);
