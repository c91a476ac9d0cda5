import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { trayIconPng } from '../../app/tray-icon.ts';

const STATES = ['quiet', 'waiting', 'alert', 'away'] as const;

/** Rows of RGBA after their filter bytes; the drawing writes one IDAT. */
function pixels(png: Buffer): Buffer {
  const start = png.indexOf('IDAT');
  return inflateSync(png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4)));
}

describe('trayIconPng', () => {
  it('is another shape for each state, not only another colour', () => {
    const shapes = STATES.map((state) => {
      const data = pixels(trayIconPng(state, 'template', 32));
      return Array.from({ length: 32 * 32 }, (_, n) => data[Math.floor(n / 32) * 129 + 1 + (n % 32) * 4 + 3]);
    });
    for (const [index, shape] of shapes.entries())
      for (const other of shapes.slice(index + 1))
        expect(
          shape.filter((alpha, n) => Math.abs((alpha ?? 0) - (other[n] ?? 0)) > 96).length,
        ).toBeGreaterThan(30);
  });

  it('is a PNG of its size; as a template black and transparent only', () => {
    const png = trayIconPng('quiet', 'template', 16);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([16, 16]);
    const data = pixels(png);
    expect(data.filter((byte, at) => (at % 65) % 4 !== 0 && at % 65 !== 0 && byte !== 0)).toHaveLength(0);
    expect(data.some((byte, at) => at % 65 !== 0 && (at % 65) % 4 === 0 && byte > 200)).toBe(true);
  });
});
