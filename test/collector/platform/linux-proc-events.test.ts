import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeFilter,
  listenRequest,
  parseProcEvents,
} from '../../../collector/platform/linux-proc-events.ts';

const FORK = 1;
const EXEC = 2;
const EXIT = 0x8000_0000;

function message(what: number, ...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(76);
  bytes.writeUInt32LE(76, 0);
  bytes.writeUInt16LE(3, 4);
  bytes.writeUInt32LE(1, 16);
  bytes.writeUInt32LE(1, 20);
  bytes.writeUInt16LE(40, 32);
  bytes.writeUInt32LE(what, 36);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, 52 + index * 4);
  return bytes;
}

const parse = (bytes: Buffer) => parseProcEvents(bytes, bytes.length);

/** What the kernel does with a classic filter, for the instructions used here. */
function accepts(packet: Buffer): boolean {
  const program = encodeFilter();
  let a = 0;
  let x = 0;
  for (let at = 0; at * 8 < program.length; at += 1) {
    const k = program.readUInt32LE(at * 8 + 4);
    const jump = (yes: boolean): void => {
      at += program.readUInt8(at * 8 + (yes ? 2 : 3));
    };
    switch (program.readUInt16LE(at * 8)) {
      case 0x20:
        a = packet.readUInt32BE(k);
        break;
      case 0x07:
        x = a;
        break;
      case 0x05:
        at += k;
        break;
      case 0x15:
        jump(a === k);
        break;
      case 0x1d:
        jump(a === x);
        break;
      case 0x06:
        return k !== 0;
      default:
        throw new Error('unknown instruction');
    }
  }
  throw new Error('fell off the end');
}

describe('parseProcEvents', () => {
  it.each([
    ['fork', message(FORK, 10, 10, 20, 20), { kind: 'fork', pid: 20, parentPid: 10 }],
    ['fork by a thread', message(FORK, 11, 10, 20, 20), { kind: 'fork', pid: 20, parentPid: 10 }],
    ['exec by a thread', message(EXEC, 21, 20), { kind: 'exec', pid: 20 }],
    ['exit', message(EXIT, 20, 20, 3 << 8, 17, 10, 10), { kind: 'exit', pid: 20, exitCode: 3 }],
    ['kill', message(EXIT, 20, 20, 9, 17, 10, 10), { kind: 'exit', pid: 20, signal: 9 }],
    ['core dump', message(EXIT, 20, 20, 0x8b, 17, 10, 10), { kind: 'exit', pid: 20, signal: 11 }],
    ['refusal', message(0, 1), { kind: 'answer', error: 1 }],
  ])('reads a %s, and the filter lets it through', (_name, bytes, expected) => {
    expect(parse(bytes)).toEqual([expected]);
    expect(accepts(bytes)).toBe(true);
  });

  it.each([
    ['new thread', message(FORK, 10, 10, 21, 20)],
    ['ended thread', message(EXIT, 21, 20, 0, 17, 10, 10)],
    ['change of user', message(4, 20, 20, 0, 0)],
    ['new name', message(0x200, 20, 20)],
  ])('leaves out a %s, as does the filter', (_name, bytes) => {
    expect(parse(bytes)).toEqual([]);
    expect(accepts(bytes)).toBe(false);
  });

  it('reads several in one datagram and stops at a cut one', () => {
    const two = Buffer.concat([message(EXEC, 1, 1), message(EXEC, 2, 2)]);
    expect(parse(two)).toHaveLength(2);
    expect(parseProcEvents(two, 100)).toHaveLength(1);
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(parse(Buffer.from(bytes)).length).toBeLessThan(7);
      }),
    );
  });

  it('asks in the two sizes that kernels understand', () => {
    expect(listenRequest(true, true).length).toBe(44);
    expect(listenRequest(false, false).length).toBe(40);
    expect(listenRequest(true, false).readUInt32LE(36)).toBe(1);
  });
});
