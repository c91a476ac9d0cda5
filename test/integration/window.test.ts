import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { METHODS, type Method, NOTIFICATIONS, type Result } from '../../collector/contract/ipc.ts';
import { claudeCall, claudeLog } from '../support/claude-lines.ts';
import { type RunningCollector, startCollector } from '../support/collector-process.ts';
import { startFakeReceiver } from '../support/otlp-fake.ts';
import { reeve } from '../support/run-cli.ts';
import { tempDir } from '../support/temp.ts';
import { get, onEnd, Page, until } from '../support/web-window.ts';

const SESSION = 'bbbbbbbb-0000-4000-8000-000000000002';
const started: RunningCollector[] = [];
afterEach(() => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
});

interface Place {
  readonly home: string;
  readonly state: string;
  readonly log: string;
}

const call = (n: number, command: string): string => claudeCall(n, { command }, { sessionId: SESSION });

function makeHome(): Place {
  const home = tempDir();
  const skill = join(home, '.claude', 'skills', 'deploy', 'SKILL.md');
  mkdirSync(dirname(skill), { recursive: true });
  writeFileSync(skill, '---\nname: deploy\n---\nRun the tests first.\n');
  const log = claudeLog(home, '-home-ana-src-shop', SESSION, [
    call(1, 'git status'),
    call(2, 'cat ~/.ssh/id_rsa'),
  ]);
  return { home, state: join(tempDir(), 'state'), log };
}

async function start({ home, state }: Place, extra: readonly string[] = []): Promise<RunningCollector> {
  const collector = await startCollector({ own: home }, state, extra);
  started.push(collector);
  return collector;
}

/** As a browser does with the address that `reeve ui` prints. */
async function logIn({ home, state }: Place): Promise<{ port: number; cookie: string; name: string }> {
  const { stdout, code } = await reeve(['ui', '--json', '--port', '0'], { home, state });
  expect(code).toBe(0);
  const { url, port } = JSON.parse(stdout) as { url: string; port: number };
  const answer = await get(port, new URL(url).pathname + new URL(url).search);
  const [name = '', cookie = ''] = String(answer.headers['set-cookie']).split(';')[0]!.split('=');
  return { port, cookie, name };
}

async function open(login: { port: number; cookie: string; name: string }): Promise<Page> {
  const page = new Page(login.port, undefined, { cookie: `${login.name}=${login.cookie}` });
  expect(await page.opened()).toBe(true);
  return page;
}

/** Asks, and checks the answer against the contract. */
async function ask<M extends Method>(page: Page, method: M, params: object = {}): Promise<Result<M>> {
  const answer = await page.ask(method, params);
  expect(answer['error']).toBeUndefined();
  return METHODS[method].result.parse(answer['result']) as Result<M>;
}

describe('the window of a real collector', () => {
  it('shows, follows and decides in a browser, and goes on after the collector was started again', async () => {
    const place = makeHome();
    let collector = await start(place);
    const login = await logIn(place);
    expect((await get(login.port, '/', { cookie: `${login.name}=${login.cookie}` })).status).toBe(200);
    const page = await open(login);

    const overview = await ask(page, 'overview.get');
    expect(overview.findings.open.high + overview.findings.open.critical).toBeGreaterThan(0);
    expect(overview.approvals).toMatchObject({ waiting: 0 });
    expect(overview.approvals.before).toBeGreaterThan(0);
    expect(overview.coverage.map(({ id }) => id)).toContain('session-logs');
    const sessionId = `claude-code:${SESSION}`;
    const timeline = await ask(page, 'events.page', { sessionId, anchor: 'start' });
    expect(timeline.total).toBe(timeline.events.length);
    expect((await ask(page, 'graph.get', { sessionId }))?.graph.nodes.length).toBeGreaterThan(2);
    const key = (await ask(page, 'findings.list', { sessionId })).find(
      ({ ruleId }) => ruleId === 'read.ssh-keys',
    )!;
    const detail = await ask(page, 'findings.explain', { id: key.id });
    expect(detail?.events[0]).toMatchObject({ sessionId });
    expect(detail?.story.whatHappened).toContain('id_rsa');
    expect(detail?.story.whatHappened).not.toContain(detail?.rule?.why);

    appendFileSync(place.log, call(9, 'npm test'));
    await until(() =>
      ['events.created', 'sessions.changed'].every((name) =>
        page.notices.some(({ method }) => method === name),
      ),
    );
    for (const { method, params } of page.notices)
      expect(NOTIFICATIONS[method as keyof typeof NOTIFICATIONS].safeParse(params).success).toBe(true);

    const skill = (await ask(page, 'approvals.list')).find(({ kind }) => kind === 'skill')!;
    await ask(page, 'approvals.decide', {
      ids: [skill.id],
      decision: 'approve',
      sha256: { [skill.id]: skill.sha256 },
    });
    await ask(page, 'findings.suppress', { scope: { ruleId: 'read.ssh-keys' }, reason: 'a test' });
    await ask(page, 'settings.set', { key: 'retention.days', value: 30 });
    await until(() => page.notices.some(({ method }) => method === 'settings.changed'));

    await collector.stop();
    expect(await page.closed).toBe(1001);
    appendFileSync(skill.path!, 'And then something else.\n');
    collector = await start(place);
    const again = await open(login);
    expect((await ask(again, 'findings.get', { id: key.id }))?.status).toBe('suppressed');
    // What was known serves until the first look behind the following has ended.
    let drifted: readonly string[] = [];
    for (const end = Date.now() + 20_000; drifted.length === 0 && Date.now() < end;)
      drifted = (await ask(again, 'approvals.list', { state: 'changed' })).map(({ id }) => id);
    expect(drifted).toEqual([skill.id]);
    expect(
      (await ask(again, 'settings.get')).settings.find(({ key: name }) => name === 'retention.days'),
    ).toMatchObject({
      value: 30,
      source: 'user',
      pending: false,
    });
    const audit = await ask(again, 'audit.list');
    expect(audit.map(({ action }) => action)).toEqual([
      'setting.set',
      'finding.suppress',
      'approval.approve',
    ]);
    expect(await ask(again, 'audit.verify')).toMatchObject({ ok: true, rows: 3 });
    await ask(again, 'collector.stop');
    expect(await again.closed).toBe(1001);
  }, 60_000);

  it('keeps exactly what the receiver got, and shows what each mode would send', async () => {
    const place = makeHome();
    const receiver = await startFakeReceiver();
    onEnd(() => receiver.close());
    const { client } = await start(place, ['--endpoint', receiver.url]);
    await until(() => receiver.records.length > 0);
    const wanted = new Map(
      receiver.records.map((record) => [String(record.attributes['log.record.uid']), record.body]),
    );
    await until(() => wanted.size > 0);
    const kept = await client.call('sent.list', { limit: 1_000 });
    const first = kept.find(({ uid }) => wanted.has(uid))!;
    const sent = await client.call('sent.get', { id: first.id });
    expect(sent?.payload.body).toBe(wanted.get(first.uid));
    expect(sent).toMatchObject({ status: 'accepted', mode: 'metadata', endpoint: receiver.url });
    const stats = await client.call('sent.stats', {});
    expect(stats).toMatchObject({ on: true, mode: 'metadata' });
    expect(stats.today.records).toBeGreaterThanOrEqual(kept.length);
    const event = (await client.call('events.list', { kind: 'tool.call' }))[0]!.event;
    const preview = await client.call('sent.preview', { eventId: event.id });
    const bytes = Object.fromEntries(preview!.modes.map((one) => [one.mode, one.bytes]));
    expect(bytes).toMatchObject({ off: 0, minimal: 0 });
    expect(bytes['full']!).toBeGreaterThan(bytes['metadata']!);
    const command = String(event.input?.['command']);
    expect(preview!.modes.find(({ mode }) => mode === 'metadata')?.payload?.body).not.toContain(command);
    expect(preview!.modes.find(({ mode }) => mode === 'full')?.payload?.body).toContain(command);
  }, 60_000);
});

describe('deciding from the command line', () => {
  it('acknowledges, lowers, hides, shows again and approves, by the beginning of an id', async () => {
    const place = makeHome();
    const { client } = await start(place);
    const run = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await reeve(args, place);
      expect({ args, code, stderr }).toMatchObject({ code: 0, stderr: '' });
      return stdout;
    };
    const { id } = (await client.call('findings.list', {})).find(({ ruleId }) => ruleId === 'read.ssh-keys')!;
    const short = id.slice(0, 10);
    expect(await run('findings', 'ack', short, '--note', 'seen')).toContain('acknowledged');
    expect(await run('findings', 'show', short)).toMatch(/said acknowledged on .*: seen/);
    expect(await run('findings', 'fine', short)).toContain('instead of');
    const hidden = await run('findings', 'suppress', short, '--reason', 'test key', '--for', '7d');
    expect(JSON.parse(await run('findings', '--json'))).not.toContainEqual(expect.objectContaining({ id }));
    expect(await run('findings', 'suppressions')).toContain('test key');
    const suppression = /unsuppress (s_[\w-]+)/.exec(hidden)?.[1] ?? '';
    expect(await run('findings', 'unsuppress', suppression)).toContain('1 finding shown again');
    const skill = (await client.call('approvals.list', {})).find(({ kind }) => kind === 'skill')!;
    expect(await run('approve', skill.id.slice(0, 12), '--reason', 'read it')).toContain(
      'approved  skill deploy',
    );
    expect(await run('approvals', '--only', 'approved')).toContain('deploy');
    expect((await client.call('audit.verify', {})).ok).toBe(true);
  }, 60_000);
});
