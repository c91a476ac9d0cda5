import { describe, expect, it } from 'vitest';
import { Encoded, messageBytes } from '../../../collector/ipc/encoded.ts';

const answer = { list: ['é', '"', '\n'], n: 1 };

describe('the bytes of a message', () => {
  it('are the same whether the answer was encoded before or not', () => {
    for (const id of [7, 'seven "quoted"']) {
      const encoded = new Encoded(new TextEncoder().encode(JSON.stringify(answer)));
      const bytes = messageBytes({ jsonrpc: '2.0', id, result: encoded });
      expect(JSON.parse(bytes.toString('utf8'))).toEqual({ jsonrpc: '2.0', id, result: answer });
    }
  });

  it('leave any other message as it is', () => {
    for (const message of [
      { jsonrpc: '2.0', id: 1, error: { code: -32_603, message: 'é' } },
      { jsonrpc: '2.0', method: 'resync', params: {} },
    ])
      expect(JSON.parse(messageBytes(message).toString('utf8'))).toEqual(message);
  });
});
