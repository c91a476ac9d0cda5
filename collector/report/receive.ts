import http from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { decodeLogs, type ReceivedRecord } from './decode-logs.ts';

export interface ReceiveOptions {
  readonly onRecord: (record: ReceivedRecord) => void;
  /** Largest body on the wire; default 16 MiB. */
  readonly maxBodyBytes?: number;
  /** Largest body after decompression; default 64 MiB, OTLP's own request limit. */
  readonly maxInflatedBytes?: number;
}

export interface ReceiverOptions extends ReceiveOptions {
  /** Default 127.0.0.1: the receiver asks nobody who they are. */
  readonly host?: string;
  /** 0 takes a free port; default 4318, OTLP's. */
  readonly port?: number;
}

export interface Receiver {
  /** What to set as `reporting.endpoint`. */
  readonly url: string;
  close(): Promise<void>;
}

const inflate = promisify(gunzip);
const DEFAULT_BODY_BYTES = 16 * 1_048_576;
const DEFAULT_INFLATED_BYTES = 64 * 1_048_576;

/**
 * A small OTLP/HTTP logs receiver for trying and testing: protobuf and JSON, plain and gzip, `POST /v1/logs` only.
 * @throws when the port cannot be used.
 */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { host = '127.0.0.1', port = 4318 } = options;
  const server = http.createServer({ requestTimeout: 30_000, headersTimeout: 10_000 });
  server.maxConnections = 256;
  server.on('request', (request, response) => {
    void receiveLogs(request, response, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Answers one request after the OTLP/HTTP rules and passes its records on. Never rejects. */
export async function receiveLogs(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  options: ReceiveOptions,
): Promise<void> {
  const answer = (status: number, body: string | Uint8Array = '', type = 'text/plain'): void => {
    // The rest of a body nobody wants is thrown away as it comes, or the sender would never read the answer.
    const close = request.complete ? {} : { connection: 'close' };
    response.writeHead(status, { 'content-type': type, ...close });
    response.end(body);
    request.resume();
  };
  if (request.url?.split('?', 1)[0] !== '/v1/logs') {
    answer(404, 'only /v1/logs is served\n');
    return;
  }
  if (request.method !== 'POST') {
    answer(405, 'only POST is served\n');
    return;
  }
  const format = formatOf(request.headers['content-type']);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (format === undefined || !['gzip', 'identity'].includes(encoding)) {
    answer(415, 'protobuf or JSON, plain or gzip\n');
    return;
  }
  const body = await readBody(request, options.maxBodyBytes ?? DEFAULT_BODY_BYTES);
  if (body === undefined) return;
  if (body === 'too-large') {
    answer(413, 'the body is too large\n');
    return;
  }
  const plain =
    encoding === 'gzip' ? await unpack(body, options.maxInflatedBytes ?? DEFAULT_INFLATED_BYTES) : body;
  if (plain === 'too-large') {
    answer(413, 'the body is too large\n');
    return;
  }
  const records = plain === undefined ? undefined : decodeLogs(plain, format);
  if (records === undefined) {
    answer(400, 'not an OTLP logs request\n');
    return;
  }
  for (const record of records) options.onRecord(record);
  if (format === 'json') answer(200, '{}', 'application/json');
  // A response with nothing to say is zero bytes in protobuf.
  else answer(200, new Uint8Array(), 'application/x-protobuf');
}

function formatOf(contentType: string | undefined): 'protobuf' | 'json' | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

/** The body, or undefined when the sender went away. */
async function readBody(
  request: http.IncomingMessage,
  maxBytes: number,
): Promise<Buffer | 'too-large' | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too-large';
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) return undefined;
      size += chunk.length;
      if (size > maxBytes) return 'too-large';
      chunks.push(chunk);
    }
  } catch {
    // ECONNRESET, or the request timeout: there is nobody left to answer.
    return undefined;
  }
  return Buffer.concat(chunks);
}

async function unpack(body: Buffer, maxBytes: number): Promise<Buffer | 'too-large' | undefined> {
  try {
    return await inflate(body, { maxOutputLength: maxBytes });
  } catch (error) {
    // zlib says ERR_BUFFER_TOO_LARGE past the bound, and Z_DATA_ERROR or Z_BUF_ERROR for bytes that are not gzip.
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return tooLarge ? 'too-large' : undefined;
  }
}
