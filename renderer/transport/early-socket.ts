import { PROTOCOL_VERSION } from '../../collector/contract/protocol.ts';

/** A question that was sent before the program was there, and the id its answer will have. */
export interface Asked {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

/** A connection that the page opened before its program was there. */
export interface EarlySocket {
  readonly socket: WebSocket;
  readonly asked: readonly Asked[];
  /** Whoever takes over is told, once its own turn is over, what happened so far and then what comes: open, message, close. */
  handOver(heard: (event: Event) => void): void;
}

declare global {
  interface Window {
    /** Left here by `early.ts`. */
    readonly reeveEarly?: EarlySocket;
  }
}

/** Id of the greeting; questions count from 1. */
export const HELLO_ID = 0;

/** Says who we are, which comes first on every connection. */
export function greet(socket: WebSocket): void {
  const params = { token: '', protocolVersion: PROTOCOL_VERSION };
  socket.send(requestText({ id: HELLO_ID, method: 'hello', params }));
}

export function requestText({ id, method, params }: Asked): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/** Connects, greets and asks. @param questions such as change nothing: they do not wait for the greeting's answer */
export function openEarly(url: string, questions: readonly Omit<Asked, 'id'>[]): EarlySocket {
  const asked = questions.map((question, index) => ({ ...question, id: HELLO_ID + 1 + index }));
  const socket = new WebSocket(url);
  const kept: Event[] = [];
  let heard = (event: Event): void => void kept.push(event);
  socket.addEventListener('open', () => {
    greet(socket);
    for (const question of asked) socket.send(requestText(question));
  });
  for (const name of ['open', 'message', 'close'])
    socket.addEventListener(name, (event) => {
      heard(event);
    });
  return {
    socket,
    asked,
    handOver: (next) => {
      queueMicrotask(() => {
        heard = next;
        kept.splice(0).forEach(next);
      });
    },
  };
}
