import type { Socket } from 'node:net';
import { AbstractMessageWriter, type Message, type MessageWriter } from 'vscode-jsonrpc/node';
import { messageBytes } from './encoded.ts';

/**
 * Frames messages onto a socket. The library's own writer waits for each message to leave before it takes the next,
 * so that what piles up for a caller that does not read is nowhere to be seen; here it is all in the socket's buffer.
 */
export class SocketWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: Socket;
  readonly #maxPendingBytes: number;

  /** @param maxPendingBytes a caller that lets more than this wait is cut off when the next message comes */
  constructor(socket: Socket, maxPendingBytes: number) {
    super();
    this.#socket = socket;
    this.#maxPendingBytes = maxPendingBytes;
  }

  write(message: Message): Promise<void> {
    if (this.#socket.writableLength > this.#maxPendingBytes) this.#socket.destroy();
    if (this.#socket.writable) {
      const body = messageBytes(message);
      this.#socket.cork();
      this.#socket.write(`Content-Length: ${body.length}\r\n\r\n`);
      this.#socket.write(body);
      this.#socket.uncork();
    }
    return Promise.resolve();
  }

  end(): void {
    this.#socket.end();
  }
}
