import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Config } from '../../../collector/contract/config.ts';
import type { Reporter, ReporterHealth, ReporterTiming } from '../../../collector/report/reporter-types.ts';
import { createReporter } from '../../../collector/report/reporter.ts';
import { startFakeReceiver, uidsOf, type FakeReceiver, type Fault } from '../../support/otlp-fake.ts';
import { CONTEXT, finding } from './arbitraries.ts';
import { MemoryOutbox, storedEvent } from './memory-outbox.ts';

/** Long enough for a busy machine, short enough for a test that waits for it. */
const IMPATIENT = { connectMs: 10_000, headersMs: 400, totalMs: 20_000 };

const FAST: Partial<ReporterTiming> = {
  baseMs: 2,
  capMs: 20,
  slowRetryMs: 20,
  maxRetryAfterMs: 150,
  pollMs: 5,
  lingerMs: 0,
  flushMs: 20_000,
  timeouts: { connectMs: 10_000, headersMs: 10_000, totalMs: 20_000 },
};

let receiver: FakeReceiver;
let outbox: MemoryOutbox;
let messages: string[];
let health: ReporterHealth[];
const running: { stop: AbortController; done: Promise<void> }[] = [];

beforeEach(async () => {
  receiver = await startFakeReceiver();
  outbox = new MemoryOutbox();
  messages = [];
  health = [];
});

afterEach(async () => {
  for (const { stop, done } of running.splice(0)) {
    stop.abort();
    await done;
  }
  await receiver.close();
});

function start(
  settings: Record<string, unknown> = {},
  timing: Partial<ReporterTiming> = {},
): { reporter: Reporter; stop: () => Promise<void> } {
  const reporter = createReporter({
    config: Config.parse({ reporting: { endpoint: receiver.url, ...settings } }).reporting,
    outbox,
    context: CONTEXT,
    instanceId: 'instance-1',
    pseudonym: (name) => `h${String(name.length)}`,
    clock: { nowMs: () => Date.now() },
    random: Math.random,
    log: { info: (text) => messages.push(text), warn: (text) => messages.push(text) },
    onHealth: (change) => health.push(change),
    env: {},
    timing: { ...FAST, ...timing },
  });
  const stop = new AbortController();
  const done = reporter.run(stop.signal);
  running.push({ stop, done });
  return {
    reporter,
    stop: async () => {
      stop.abort();
      await done;
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('the condition did not come true in 10 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const drained = () => outbox.rows.length === 0;
const ids = (count: number) => Array.from({ length: count }, (_, i) => `host-1/e${i + 1}`);

describe('reporter', () => {
  it('delivers every row once, in order, in batches of at most 512', async () => {
    outbox.addEvents(1_300);
    const { reporter } = start();
    await until(drained);
    expect(uidsOf(receiver.records)).toEqual(ids(1_300));
    expect(receiver.requests).toHaveLength(3);
    expect(reporter.stats()).toMatchObject({ sent: 1_300, requests: 3, retries: 0, dropped: {} });
  });

  it('sends gzipped protobuf with the configured headers', async () => {
    outbox.addEvents(1);
    start({ headers: { Authorization: 'Bearer example' } });
    await until(drained);
    expect(receiver.requests[0]).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      authorization: 'Bearer example',
    });
  });

  it('describes the sender once per request as resource attributes', async () => {
    outbox.addEvents(1);
    start();
    await until(drained);
    expect(receiver.records[0]?.resource).toEqual({
      'service.name': 'reeve',
      'service.version': '0.1.0',
      'service.instance.id': 'instance-1',
      'host.id': 'host-1',
      'host.name': 'lap-42',
      'os.type': 'linux',
      'os.version': '12',
    });
  });

  const PASSING: readonly (readonly [string, Fault])[] = [
    ['429', { kind: 'status', status: 429 }],
    ['502', { kind: 'status', status: 502 }],
    ['503', { kind: 'status', status: 503 }],
    ['504', { kind: 'status', status: 504 }],
    ['500', { kind: 'status', status: 500 }],
    ['a reset connection', { kind: 'reset' }],
    ['a receiver that hangs', { kind: 'hang' }],
    ['401', { kind: 'status', status: 401 }],
    ['403', { kind: 'status', status: 403 }],
    ['404', { kind: 'status', status: 404 }],
    ['a redirect', { kind: 'status', status: 302, headers: { location: 'http://192.0.2.1/v1/logs' } }],
    ['a web page with status 200', { kind: 'web-page' }],
  ];
  it.each(PASSING)('loses and doubles nothing after %s', async (_name, fault) => {
    receiver.faults = [fault, fault];
    outbox.addEvents(20);
    const { reporter } = start({}, fault.kind === 'hang' ? { timeouts: IMPATIENT } : {});
    await until(drained);
    expect(uidsOf(receiver.records)).toEqual(ids(20));
    expect(receiver.requests).toHaveLength(3);
    expect(reporter.stats()).toMatchObject({ retries: 2, sent: 20, dropped: {} });
  });

  it('says a failure once and its end once', async () => {
    receiver.faults = Array.from({ length: 4 }, () => ({ kind: 'status', status: 503 }) as const);
    outbox.addEvents(1);
    start();
    await until(drained);
    await until(() => messages.length === 2);
    expect(messages).toEqual([
      'reports are not delivered: status 503; they are kept and sent later',
      'reports are delivered again after 4 failed attempts',
    ]);
    expect(health).toEqual([
      { code: 'report-failing', state: 'raised', reason: 'status 503' },
      { code: 'report-failing', state: 'cleared' },
    ]);
  });

  it('sends with the same ids again when the answer was lost', async () => {
    receiver.faults = [{ kind: 'lost-answer' }];
    outbox.addEvents(5);
    start();
    await until(drained);
    expect(uidsOf(receiver.records)).toEqual([...ids(5), ...ids(5)]);
  });

  it('waits as long as Retry-After asks, in seconds or as a date', async () => {
    const now = new Date('2026-11-22T03:00:00Z').toUTCString();
    const later = new Date('2026-11-22T03:00:01Z').toUTCString();
    receiver.faults = [
      { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
      { kind: 'status', status: 429, headers: { 'retry-after': later, date: now } },
    ];
    outbox.addEvents(1);
    start({}, { maxRetryAfterMs: 5_000 });
    await until(drained);
    const [first = 0, second = 0, third = 0] = receiver.timesMs;
    expect(second - first).toBeGreaterThan(950);
    expect(third - second).toBeGreaterThan(950);
  });

  it('does not wait longer than its own bound when Retry-After asks for a year', async () => {
    receiver.faults = [{ kind: 'status', status: 503, headers: { 'retry-after': '31536000' } }];
    outbox.addEvents(1);
    start();
    await until(drained);
    expect((receiver.timesMs[1] ?? 0) - (receiver.timesMs[0] ?? 0)).toBeGreaterThan(140);
  });

  it('does not send a partly accepted batch again, and counts what was refused', async () => {
    receiver.faults = [{ kind: 'partial', rejected: 3, message: 'too old' }];
    outbox.addEvents(10);
    const { reporter } = start();
    await until(drained);
    expect(receiver.requests).toHaveLength(1);
    expect(reporter.stats()).toMatchObject({ sent: 7, rejected: 3 });
    expect(health).toContainEqual(expect.objectContaining({ code: 'report-dropped', count: 3 }));
  });

  it.each([['truncated'], ['garbage'], ['endless'], ['hang-body']] as const)(
    'takes status 200 with a %s body as accepted, and counts the odd answer',
    async (kind) => {
      receiver.faults = [{ kind }];
      outbox.addEvents(3);
      const { reporter } = start({}, kind === 'hang-body' ? { timeouts: IMPATIENT } : {});
      await until(drained);
      await until(() => reporter.stats().sent === 3);
      expect(reporter.stats()).toMatchObject({ oddAnswers: 1, requests: 1 });
      outbox.addEvents(1, 4);
      await until(drained);
      expect(uidsOf(receiver.records)).toEqual(['host-1/e4']);
    },
  );

  it('takes any 2xx as accepted', async () => {
    receiver.faults = [{ kind: 'status', status: 201 }];
    outbox.addEvents(2);
    start();
    await until(drained);
    expect(receiver.requests).toHaveLength(1);
  });

  it('halves a batch that is too large until it fits', async () => {
    receiver.maxRecords = 60;
    outbox.addEvents(200);
    const { reporter } = start();
    await until(drained);
    expect(uidsOf(receiver.records)).toEqual(ids(200));
    expect(reporter.stats().dropped).toEqual({});
  });

  it('drops and counts a single record that is too large, and goes on', async () => {
    receiver.maxRecords = 0;
    outbox.addEvents(1);
    const { reporter } = start();
    await until(drained);
    receiver.maxRecords = 10;
    outbox.addEvents(3, 2);
    await until(drained);
    expect(outbox.dropped).toEqual({ 'too-large': 1 });
    expect(reporter.stats().dropped).toEqual({ 'too-large': 1 });
    expect(uidsOf(receiver.records)).toEqual(['host-1/e2', 'host-1/e3', 'host-1/e4']);
  });

  it('drops and counts a batch that is refused with another 4xx', async () => {
    receiver.faults = [{ kind: 'status', status: 400 }];
    outbox.addEvents(4);
    start();
    await until(drained);
    expect(outbox.dropped).toEqual({ refused: 4 });
    expect(health).toEqual([{ code: 'report-dropped', state: 'raised', reason: 'refused', count: 4 }]);
  });

  it('gives up only the one record that breaks the receiver with status 500', async () => {
    // Two records; five errors halve the batch, five more give the first one up.
    receiver.faults = Array.from({ length: 10 }, () => ({ kind: 'status', status: 500 }) as const);
    outbox.addEvents(2);
    start();
    await until(drained);
    expect(outbox.dropped).toEqual({ 'server-error': 1 });
    expect(uidsOf(receiver.records)).toEqual(['host-1/e2']);
  });

  it('keeps everything while the credentials are wrong and names them in the message', async () => {
    receiver.faults = Array.from({ length: 3 }, () => ({ kind: 'status', status: 401 }) as const);
    outbox.addEvents(2);
    start({ headers: { Authorization: 'Bearer wrong-example' } });
    await until(drained);
    expect(messages[0]).toContain('does not accept our credentials');
    expect(messages.join('\n')).not.toContain('wrong-example');
    expect(uidsOf(receiver.records)).toEqual(ids(2));
  });

  it('drops and counts damaged rows and sends the good ones around them', async () => {
    outbox.addEvents(1);
    outbox.add('{"half": ');
    outbox.add('{"id": 7}');
    outbox.addEvents(1, 2);
    start();
    await until(drained);
    expect(outbox.dropped).toEqual({ unreadable: 2 });
    expect(uidsOf(receiver.records)).toEqual(ids(2));
  });

  it('takes rows out of the queue that the mode does not let out', async () => {
    outbox.addEvents(3);
    const { reporter } = start({ mode: 'minimal' });
    await until(drained);
    expect(reporter.stats()).toMatchObject({ withheld: 3, requests: 0, dropped: {} });
  });

  it('touches neither queue nor network when it is off', async () => {
    outbox.addEvents(3);
    const { stop } = start({ mode: 'off' });
    await stop();
    expect(outbox.rows).toHaveLength(3);
    expect(receiver.requests).toHaveLength(0);
  });

  it('keeps requests near one megabyte and sends a huge record alone', async () => {
    const event = storedEvent('big');
    const args = Array.from({ length: 60 }, () => 'x'.repeat(4_000));
    for (let i = 0; i < 10; i++)
      outbox.add(
        JSON.stringify({
          ...event,
          id: `big${i}`,
          tool: { ...event.tool, category: 'mcp' },
          input: { args },
        }),
      );
    start({ mode: 'full' });
    await until(drained);
    expect(receiver.records).toHaveLength(10);
    // 240 kB each: four fit.
    expect(receiver.requests).toHaveLength(3);
  });

  it('sends again, with the same ids, what it could not take out of the queue', async () => {
    outbox.addEvents(2);
    outbox.broken.add('acknowledge');
    start();
    await until(() => receiver.requests.length >= 2);
    outbox.broken.clear();
    await until(drained);
    expect(new Set(uidsOf(receiver.records))).toEqual(new Set(ids(2)));
    expect(messages[0]).toContain('the queue cannot be written');
  });

  it('waits while the queue cannot be read', async () => {
    outbox.addEvents(1);
    outbox.broken.add('peek');
    start();
    await until(() => messages.length > 0);
    outbox.broken.clear();
    await until(drained);
    expect(uidsOf(receiver.records)).toEqual(ids(1));
  });

  it('goes on when the receiver comes back on its port', async () => {
    const { port } = receiver;
    await receiver.close();
    outbox.addEvents(5);
    start();
    await until(() => messages.length > 0);
    expect(messages[0]).toContain('ECONNREFUSED');
    receiver = await startFakeReceiver(port);
    await until(drained);
    expect(uidsOf(receiver.records)).toEqual(ids(5));
  });

  it('sends what is left when told to stop', async () => {
    const { reporter, stop } = start({}, { pollMs: 60_000, lingerMs: 60_000 });
    await until(() => reporter.stats().state === 'idle');
    outbox.addEvents(700);
    await stop();
    expect(uidsOf(receiver.records)).toEqual(ids(700));
  });

  it('stops within the flush time when the receiver hangs', async () => {
    receiver.faults = [{ kind: 'hang' }];
    outbox.addEvents(1);
    const { stop } = start(
      {},
      { flushMs: 100, timeouts: { connectMs: 5_000, headersMs: 5_000, totalMs: 5_000 } },
    );
    await until(() => receiver.requests.length === 1);
    const before = performance.now();
    await stop();
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(outbox.rows).toHaveLength(1);
  });

  it('does not let a finding wait for more', async () => {
    outbox.add(JSON.stringify(fc.sample(finding, 1)[0]), 'finding');
    start({}, { lingerMs: 60_000 });
    await until(drained);
    expect(receiver.records[0]?.eventName).toMatch(/^ocsf\.(?:detection|compliance)_finding$/);
  });

  it('waits for more before it sends a batch that is not full', async () => {
    outbox.addEvents(1);
    start({}, { lingerMs: 300, pollMs: 2 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    outbox.addEvents(1, 2);
    await until(drained);
    expect(receiver.requests).toHaveLength(1);
  });

  it('warns when reports go to another host without encryption', async () => {
    const { stop } = start({ endpoint: 'http://collector.example.com:4318' });
    await stop();
    expect(messages[0]).toContain('not encrypted');
  });

  it('says that a certificate file cannot be read, and keeps the rows', async () => {
    outbox.addEvents(1);
    start({ endpoint: 'https://127.0.0.1:1', caFile: '/nonexistent/ca.pem' });
    await until(() => messages.length > 0);
    expect(messages[0]).toContain('cannot read /nonexistent/ca.pem: ENOENT');
    expect(outbox.rows).toHaveLength(1);
  });

  it('says that a header cannot be sent without showing its value', async () => {
    outbox.addEvents(1);
    start({ headers: { Authorization: 'Bearer line\nbreak-example' } });
    await until(() => messages.length > 0);
    expect(messages[0]).toContain('the request cannot be made: ERR_INVALID_CHAR');
    expect(messages[0]).not.toContain('break-example');
  });
});
