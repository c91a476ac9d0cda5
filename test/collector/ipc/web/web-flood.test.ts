import { describe, expect, it } from 'vitest';
import type { ServedHandlers } from '../../../../collector/ipc/dispatch.ts';
import { Encoded } from '../../../../collector/ipc/encoded.ts';
import { Page, serveWindow, until } from '../../../support/web-window.ts';

const BUSY = -32_005;
const MB = 1_048_576;
const codeOf = (answer: Record<string, unknown>): unknown => Reflect.get(Object(answer['error']), 'code');

/** Only these methods; anything else is not asked for here. */
function only(handlers: Partial<ServedHandlers>): { handlers: ServedHandlers } {
  return { handlers: handlers as ServedHandlers };
}

describe('a page that asks too much', () => {
  it('gets 64 answers at a time, is told so of the rest, and holds up no other page', async () => {
    let running = 0;
    let most = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { port, login } = await serveWindow(
      only({
        'health.list': async () => {
          most = Math.max(most, ++running);
          await held;
          running -= 1;
          return [];
        },
        'sessions.resolve': () => ['quick'],
      }),
    );
    const [greedy, other] = [new Page(port, login()), new Page(port, login())];
    await Promise.all([greedy.opened(), other.opened()]);
    const answers = Array.from({ length: 500 }, () => greedy.ask('health.list'));
    await until(() => running === 64);
    expect((await other.ask('sessions.resolve', { prefix: 'q' }))['result']).toEqual(['quick']);
    release();
    const told = await Promise.all(answers);
    expect(most).toBe(64);
    expect(told.filter((answer) => codeOf(answer) === BUSY)).toHaveLength(500 - 64);
    expect(told.filter((answer) => 'result' in answer)).toHaveLength(64);
    expect((await greedy.ask('sessions.resolve', { prefix: 'q' }))['result']).toEqual(['quick']);
  });

  it('has nothing more worked out for it while it does not read, and goes on once it does', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(['x'.repeat(MB)]));
    let made = 0;
    const { port, login, server } = await serveWindow(
      only({
        'sessions.resolve': () => {
          made += 1;
          return new Encoded(bytes);
        },
      }),
    );
    const [slow, other] = [new Page(port, login()), new Page(port, login())];
    await Promise.all([slow.opened(), other.opened()]);
    slow.socket.pause();
    const answers: Promise<Record<string, unknown>>[] = [];
    for (let n = 0; n < 200; n++) {
      answers.push(slow.ask('sessions.resolve', { prefix: 'a' }));
      // One at a time, so that not even the 64 allowed ones stand beside each other.
      if (n % 10 === 9) await other.ask('sessions.resolve', { prefix: 'b' });
    }
    const forOther = 20;
    expect(made - forOther).toBeLessThan(60);
    slow.socket.resume();
    const told = await Promise.all(answers);
    expect(told.filter((answer) => codeOf(answer) === BUSY).length).toBe(200 - (made - forOther));
    expect(server.pages).toBe(2);
    expect((await slow.ask('sessions.resolve', { prefix: 'a' }))['result']).toEqual(['x'.repeat(MB)]);
  });
});
