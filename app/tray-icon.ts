import { crc32, deflateSync } from 'node:zlib';
import type { TrayState } from './menu-model.ts';

/** Colour of the mark: on light bars, on dark bars, or black for macOS, which colours a template itself. */
export type Tone = 'light' | 'dark' | 'template';

interface Point {
  readonly x: number;
  readonly y: number;
}

const INK: Readonly<Record<Tone, readonly [number, number, number]>> = {
  light: [32, 36, 44],
  dark: [244, 246, 250],
  template: [0, 0, 0],
};
/** Half the width of a stroke, in units of the 16-unit drawing. */
const STROKE = 1.05;
/** The mark: an R in four strokes, its bow an arc of short ones. */
const STEM: readonly Point[] = [
  { x: 4, y: 13.5 },
  { x: 4, y: 2.5 },
  { x: 8.2, y: 2.5 },
  ...Array.from({ length: 9 }, (_, step) => {
    const angle = -Math.PI / 2 + (Math.PI * step) / 8;
    return { x: 8.2 + 2.9 * Math.cos(angle), y: 5.4 + 2.9 * Math.sin(angle) };
  }),
  { x: 4, y: 8.3 },
];
const LEG: readonly Point[] = [
  { x: 7.4, y: 8.3 },
  { x: 11.4, y: 13.5 },
];
const SLASH: readonly Point[] = [
  { x: 2, y: 14.5 },
  { x: 14, y: 1.5 },
];
const BADGE: Point = { x: 12.6, y: 12.2 };

/**
 * The icon as a PNG. State is told by shape, never by colour alone: a ring for a question, a full disc for a serious
 * finding, a slash through a faint mark while nothing is watched.
 * @param size in pixels, 16 or a multiple of it
 */
export function trayIconPng(state: TrayState, tone: Tone, size: number): Buffer {
  const [red, green, blue] = INK[tone];
  const pixels = Buffer.alloc(size * (size * 4 + 1));
  const unit = 16 / size;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = { x: (column + 0.5) * unit, y: (row + 0.5) * unit };
      // Each row of a PNG begins with its filter, 0 for none.
      const offset = row * (size * 4 + 1) + 1 + column * 4;
      pixels.set([red, green, blue, Math.round(255 * coverage(state, at, unit))], offset);
    }
  }
  return png(size, pixels);
}

/** How much of the pixel is ink, 0 to 1. */
function coverage(state: TrayState, at: Point, unit: number): number {
  const ink = (distance: number): number => Math.min(1, Math.max(0, 0.5 - distance / unit));
  const mark = ink(Math.min(toLine(STEM, at), toLine(LEG, at)) - STROKE);
  const toBadge = Math.hypot(at.x - BADGE.x, at.y - BADGE.y);
  // Room around the badge keeps it apart from the mark at 16 pixels.
  const cut = 1 - ink(toBadge - 4.2);
  switch (state) {
    case 'quiet':
      return mark;
    case 'alert':
      return Math.max(mark * cut, ink(toBadge - 3.2));
    case 'waiting':
      return Math.max(mark * cut, ink(Math.abs(toBadge - 2.4) - 0.75));
    case 'away':
      return Math.max(mark * 0.4, ink(toLine(SLASH, at) - 0.7));
  }
}

function toLine(points: readonly Point[], at: Point): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [index, end] of points.entries()) {
    const start = points[index - 1];
    if (start !== undefined) least = Math.min(least, toSegment(start, end, at));
  }
  return least;
}

function toSegment(start: Point, end: Point, at: Point): number {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const along = ((at.x - start.x) * dx + (at.y - start.y) * dy) / (dx * dx + dy * dy);
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(at.x - start.x - share * dx, at.y - start.y - share * dy);
}

/** PNG with 8-bit RGBA (PNG specification, third edition, 11.2). */
function png(size: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
