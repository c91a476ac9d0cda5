import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SeverityNumber } from '@opentelemetry/api';
import { JsonLogsSerializer } from '@opentelemetry/otlp-transformer';
import { decodeLogs, type ReceivedRecord } from '../../../collector/report/decode-logs.ts';
import { formatRecord } from '../../../collector/report/format-record.ts';
import { encodeRequest, resourceOf } from '../../../collector/report/otlp.ts';
import { startReceiver, type Receiver } from '../../../collector/report/receive.ts';
import { CONTEXT } from './arbitraries.ts';

const RESOURCE = resourceOf(CONTEXT, 'instance-1');
const RECORD = {
  eventName: 'ocsf.api_activity',
  timeMs: 1_795_305_600_123,
  severityId: 4,
  body: JSON.stringify({ text: 'ü \u{1f512} text', n: 1 }),
  attributes: {
    text: 'x',
    yes: true,
    no: false,
    one: 1,
    zero: 0,
    big: 9_007_199_254_740_991,
    half: 0.5,
    empty: '',
  },
};
const PROTOBUF = encodeRequest([RECORD], RESOURCE, 1_795_305_600_999);
const EXPECTED = {
  eventName: RECORD.eventName,
  timeMs: RECORD.timeMs,
  severityNumber: 17,
  severityText: 'High',
  body: RECORD.body,
  attributes: RECORD.attributes,
  resource: RESOURCE.attributes,
};

describe('decodeLogs', () => {
  it('reads from protobuf exactly what was written', () => {
    expect(decodeLogs(PROTOBUF, 'protobuf')).toEqual([EXPECTED]);
  });

  it('reads the JSON of the official serializer', () => {
    const json = JsonLogsSerializer.serializeRequest([
      {
        hrTime: [1_795_305_600, 123_000_000],
        hrTimeObserved: [1_795_305_600, 0],
        severityNumber: SeverityNumber.ERROR,
        severityText: 'High',
        eventName: RECORD.eventName,
        body: { list: [1, 'two', { three: true }] },
        attributes: { text: 'x' },
        resource: { attributes: { a: 'b' } } as never,
        instrumentationScope: { name: 'test' },
        droppedAttributesCount: 0,
      },
    ]);
    expect(decodeLogs(json ?? new Uint8Array(), 'json')).toEqual([
      {
        eventName: RECORD.eventName,
        timeMs: RECORD.timeMs,
        severityNumber: 17,
        severityText: 'High',
        body: { list: [1, 'two', { three: true }] },
        attributes: { text: 'x' },
        resource: { a: 'b' },
      },
    ]);
  });

  it('never throws on cut or changed bytes', () => {
    for (let end = 0; end < PROTOBUF.length; end++) decodeLogs(PROTOBUF.subarray(0, end), 'protobuf');
    for (let i = 0; i < PROTOBUF.length; i++) {
      const changed = PROTOBUF.slice();
      changed[i] = (changed[i] ?? 0) ^ 0xff;
      decodeLogs(changed, 'protobuf');
      decodeLogs(changed, 'json');
    }
    expect(decodeLogs(Buffer.from('{"resourceLogs": 7}'), 'json')).toBeUndefined();
  });

  it('refuses values nested deeper than any stack', () => {
    let value = Buffer.from([]);
    for (let i = 0; i < 6_000; i++)
      value = Buffer.concat([
        Buffer.from([0x2a]),
        length(value.length + 1 + length(value.length).length),
        Buffer.from([0x0a]),
        length(value.length),
        value,
      ]);
    const field = (n: number, inner: Buffer) =>
      Buffer.concat([Buffer.from([(n << 3) | 2]), length(inner.length), inner]);
    const nested = field(1, field(2, field(2, field(5, value))));
    expect(() => decodeLogs(nested, 'protobuf')).not.toThrow();
    const deep = `${'{"arrayValue":{"values":['.repeat(50_000)}${']}}'.repeat(50_000)}`;
    const json = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${deep}}]}]}]}`;
    expect(() => decodeLogs(Buffer.from(json), 'json')).not.toThrow();
  });
});

function length(n: number): Buffer {
  const bytes: number[] = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
  return Buffer.from([...bytes, n]);
}

describe('formatRecord', () => {
  it('prints one line without control characters', () => {
    const line = formatRecord({
      resource: { 'host.name': 'lap-42' },
      eventName: 'ocsf.api_activity',
      timeMs: 0,
      body: 'a\u001b[2Jb\nc\u202ed',
      attributes: { 'gen_ai.tool.name': 'Bash\r', 'ocsf.class_uid': 6003 },
    });
    expect(line).toBe(
      '1970-01-01T00:00:00.000Z - ocsf.api_activity host=lap-42 gen_ai.tool.name=Bash? a?[2Jb?c?d',
    );
  });

  it('prints a line for an empty record', () => {
    expect(formatRecord({ resource: {}, body: undefined, attributes: {} })).toBe('- - - host=- -');
  });
});

describe('startReceiver', () => {
  let receiver: Receiver;
  let records: ReceivedRecord[];

  beforeEach(async () => {
    records = [];
    receiver = await startReceiver({
      port: 0,
      maxBodyBytes: 100_000,
      maxInflatedBytes: 200_000,
      onRecord: (record) => records.push(record),
    });
  });
  afterEach(() => receiver.close());

  const post = (body: Uint8Array, headers: Record<string, string>, path = '/v1/logs') =>
    fetch(`${receiver.url}${path}`, { method: 'POST', body: Buffer.from(body), headers });
  const PROTO = { 'content-type': 'application/x-protobuf' };

  it('takes protobuf and JSON, plain and gzip', async () => {
    const json = Buffer.from('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"j"}]}]}]}');
    const answers = [
      await post(PROTOBUF, PROTO),
      await post(gzipSync(PROTOBUF), { ...PROTO, 'content-encoding': 'gzip' }),
      await post(json, { 'content-type': 'application/json; charset=utf-8' }),
      await post(gzipSync(json), { 'content-type': 'application/json', 'content-encoding': 'gzip' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await answers[2]!.text()).toBe('{}');
    expect(records.map(({ eventName }) => eventName)).toEqual([RECORD.eventName, RECORD.eventName, 'j', 'j']);
  });

  it('refuses what it does not serve with the status that says why', async () => {
    const statuses = [
      await post(PROTOBUF, PROTO, '/v1/traces'),
      await fetch(`${receiver.url}/v1/logs`),
      await post(PROTOBUF, { 'content-type': 'text/plain' }),
      await post(PROTOBUF, { ...PROTO, 'content-encoding': 'br' }),
      await post(Buffer.from('not protobuf'), PROTO),
      await post(Buffer.from('not gzip'), { ...PROTO, 'content-encoding': 'gzip' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 405, 415, 415, 400, 400]);
    expect(records).toEqual([]);
  });

  it('answers 413 to bodies over the limit, packed or unpacked', async () => {
    expect((await post(Buffer.alloc(100_001), PROTO)).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    expect((await post(bomb, { ...PROTO, 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('lives through broken request lines and senders that go away', async () => {
    const { port } = new URL(receiver.url);
    for (const text of [
      'POST // HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 50\r\n\r\nhalf',
    ])
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.end(text);
          setTimeout(() => socket.destroy(), 20);
        });
        socket.on('close', () => {
          resolve();
        });
        socket.on('error', () => undefined);
      });
    expect((await post(PROTOBUF, PROTO)).status).toBe(200);
  });
});
