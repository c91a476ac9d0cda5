import http from 'node:http';
import type { ReceivedRecord } from '../../collector/report/decode-logs.ts';
import { receiveLogs } from '../../collector/report/receive.ts';

/** How the fake receiver misbehaves for one request. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: http.OutgoingHttpHeaders }
  | { readonly kind: 'partial'; readonly rejected: number; readonly message: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Says 200 and never finishes the body. */
  | { readonly kind: 'hang-body' }
  | { readonly kind: 'reset' }
  /** Takes the records, then breaks the connection: the answer is lost. */
  | { readonly kind: 'lost-answer' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'garbage' }
  /** Says 200 and sends without end. */
  | { readonly kind: 'endless' }
  | { readonly kind: 'web-page' };

export interface FakeReceiver {
  readonly url: string;
  readonly port: number;
  /** Records of all requests that were taken, repeats included. */
  readonly records: ReceivedRecord[];
  /** Headers of every request, faulty ones included. */
  readonly requests: http.IncomingHttpHeaders[];
  /** Times of the requests, in milliseconds of the monotonic clock. */
  readonly timesMs: number[];
  /** One fault per coming request, in order; then none. */
  faults: Fault[];
  /** More records than this in one request give 413. */
  maxRecords: number;
  close(): Promise<void>;
}

/** `log.record.uid` of the records, which is how a receiver knows repeats. */
export function uidsOf(records: readonly ReceivedRecord[]): string[] {
  return records.map(({ attributes }) => String(attributes['log.record.uid']));
}

/** A receiver on loopback that works after the rules until a fault is queued. Port 0 takes a free one. */
export async function startFakeReceiver(port = 0): Promise<FakeReceiver> {
  const server = http.createServer((request, response) => {
    fake.requests.push(request.headers);
    fake.timesMs.push(performance.now());
    const fault = fake.faults.shift();
    if (fault === undefined) void serve(request, response);
    else void misbehave(fault, request, response);
  });

  async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const taken: ReceivedRecord[] = [];
    const write = response.writeHead.bind(response);
    response.writeHead = ((status: number, headers: http.OutgoingHttpHeaders) =>
      write(status === 200 && taken.length > fake.maxRecords ? 413 : status, headers)) as typeof write;
    await receiveLogs(request, response, { onRecord: (record) => taken.push(record) });
    if (taken.length <= fake.maxRecords) fake.records.push(...taken);
  }

  async function misbehave(
    fault: Fault,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const protobuf = { 'content-type': 'application/x-protobuf' };
    if (fault.kind !== 'reset' && fault.kind !== 'lost-answer') await request.forEach(() => undefined);
    switch (fault.kind) {
      case 'status':
        response.writeHead(fault.status, fault.headers).end('no');
        return;
      case 'partial':
        response.writeHead(200, protobuf).end(partialSuccess(fault.rejected, fault.message));
        return;
      case 'hang':
        return;
      case 'hang-body':
        response.writeHead(200, protobuf).write('x');
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'lost-answer':
        response.end = () => {
          request.socket.resetAndDestroy();
          return response;
        };
        await receiveLogs(request, response, { onRecord: (record) => fake.records.push(record) });
        return;
      case 'truncated':
        response.writeHead(200, { ...protobuf, 'content-length': 100 }).write('short', () => {
          request.socket.destroy();
        });
        return;
      case 'garbage':
        response.writeHead(200, protobuf).end(Buffer.alloc(1_000, 0xff));
        return;
      case 'endless': {
        response.writeHead(200, protobuf);
        const pour = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536))) continue;
        };
        response.on('drain', pour);
        pour();
        return;
      }
      case 'web-page':
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>Welcome</p>');
    }
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : 0;
  const fake: FakeReceiver = {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    records: [],
    requests: [],
    timesMs: [],
    faults: [],
    maxRecords: Number.POSITIVE_INFINITY,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return fake;
}

/** `ExportLogsServiceResponse{partial_success{rejected, message}}` by hand; both fit one-byte lengths. */
function partialSuccess(rejected: number, message: string): Buffer {
  const text = Buffer.from(message);
  const inner = Buffer.concat([Buffer.from([0x08, rejected, 0x12, text.length]), text]);
  return Buffer.concat([Buffer.from([0x0a, inner.length]), inner]);
}
