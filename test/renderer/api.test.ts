import { describe, expect, it } from 'vitest';
import { createApi } from '../../renderer/api.ts';
import { RequestError, type Transport } from '../../renderer/transport/transport.ts';

const HEALTH = { code: 'store', severity: 'high', text: 'Nothing can be kept.' };

function transportOf(answer: unknown): Transport & { tell(name: string, body: unknown): void } {
  const listeners = new Set<(name: string, body: unknown) => void>();
  return {
    call: () => Promise.resolve(answer),
    onNotice: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onState: () => () => undefined,
    tell: (name, body) => {
      for (const listener of listeners) listener(name, body);
    },
  };
}

describe('the contract in the window', () => {
  it('gives an answer that fits, with what a newer collector adds to it', async () => {
    const answer = [{ ...HEALTH, invented: 'later' }];
    expect(await createApi(transportOf(answer)).call('health.list', {})).toEqual(answer);
  });

  it.each([
    ['of another kind', { health: [] }],
    ['with a part missing', [{ code: 'store' }]],
    ['with a word it does not have', [{ ...HEALTH, severity: 'terrible' }]],
    ['that is nothing', undefined],
  ])('makes an error of an answer %s', async (_what, answer) => {
    const asked = createApi(transportOf(answer)).call('health.list', {});
    await expect(asked).rejects.toThrow(RequestError);
    await expect(asked).rejects.toMatchObject({ code: -32_603, method: 'health.list' });
  });

  it('checks what was asked for before the program ran as everything else, and takes it once', async () => {
    const asked = new Map([['health.list {}', Promise.resolve('early')]]);
    const api = createApi(transportOf([HEALTH]), asked);
    await expect(api.call('health.list', {})).rejects.toThrow(RequestError);
    expect(await api.call('health.list', {})).toEqual([HEALTH]);
  });

  it('hears only notices that it knows and that fit', () => {
    const transport = transportOf([]);
    const heard: unknown[] = [];
    createApi(transport).onNotice((notice) => heard.push(notice));
    transport.tell('approvals.changed', { waiting: 'many', before: 1 });
    transport.tell('constructor', {});
    transport.tell('invented.changed', {});
    transport.tell('approvals.changed', { waiting: 2, before: 1 });
    expect(heard).toEqual([{ name: 'approvals.changed', body: { waiting: 2, before: 1 } }]);
  });
});
