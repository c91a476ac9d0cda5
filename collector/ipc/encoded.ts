/**
 * An answer that is JSON already, as UTF-8: made in another thread, and sent as it is, so that a big one costs this
 * thread no time.
 */
export class Encoded {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** A message of JSON-RPC as UTF-8. An encoded answer is put in its place without being looked at. */
export function messageBytes(message: object): Buffer {
  const result: unknown = Reflect.get(message, 'result');
  if (!(result instanceof Encoded)) return Buffer.from(JSON.stringify(message));
  const id: unknown = Reflect.get(message, 'id');
  const head = JSON.stringify({ jsonrpc: '2.0', id });
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"result":`), result.bytes, CLOSING]);
}

const CLOSING = Buffer.from('}');
