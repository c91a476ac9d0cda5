import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MAX_COLOURS = 256;
/** Squared distance from which two colours are not shades of one. */
const APART = 300;
const TRUE_COLOUR = 2;
const PALETTE = 3;

interface Image {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel, row by row. */
  readonly pixels: Buffer;
}

/**
 * The same picture in at most 256 colours: a picture of a window has few, and what is left out are shades of letters'
 * edges. Less than half the size.
 * @param png as Chromium takes it: 8 bits, true colour, without alpha and interlacing
 * @throws for any other kind of PNG
 */
export function smallPng(png: Buffer): Buffer {
  const { width, height, pixels } = decode(png);
  const { colours, indexOf } = paletteOf(pixels);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + 1 + x] = indexOf(pixels.readUIntBE((y * width + x) * 3, 3));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, PALETTE, 0, 0, 0], 8);
  const table = Buffer.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @throws when it is neither a PNG of 8 bits in true colour nor one that `smallPng` made. */
export function decode(png: Buffer): Image {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('not a PNG');
  const parts: Buffer[] = [];
  let [width, height] = [0, 0];
  let table: Buffer | undefined;
  for (let at = 8; at < png.length;) {
    const size = png.readUInt32BE(at);
    const name = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + size);
    if (name === 'IHDR') {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      if (data[8] !== 8 || (data[9] !== TRUE_COLOUR && data[9] !== PALETTE) || data[12] !== 0)
        throw new Error('not 8-bit true colour');
    }
    if (name === 'PLTE') table = data;
    if (name === 'IDAT') parts.push(data);
    at += 12 + size;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const pixels = table === undefined ? unfiltered(raw, width, height) : looked(raw, table, width, height);
  return { width, height, pixels };
}

/** The colours behind the numbers; rows without a filter, as `smallPng` writes them. */
function looked(raw: Buffer, table: Buffer, width: number, height: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (raw[y * (width + 1) + 1 + x] ?? 0) * 3;
      table.copy(pixels, (y * width + x) * 3, from, from + 3);
    }
  return pixels;
}

/** Undoes the filter of each row (PNG 1.2, section 6). */
function unfiltered(raw: Buffer, width: number, height: number): Buffer {
  const stride = width * 3;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    const start = y * stride;
    for (let i = 0; i < stride; i++) {
      const left = i < 3 ? 0 : (pixels[start + i - 3] ?? 0);
      const above = y === 0 ? 0 : (pixels[start + i - stride] ?? 0);
      const corner = i < 3 || y === 0 ? 0 : (pixels[start + i - stride - 3] ?? 0);
      pixels[start + i] = (raw[y * (stride + 1) + 1 + i] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return pixels;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

/** The colours used most; others are shown as the nearest of them. */
function paletteOf(pixels: Buffer): {
  readonly colours: readonly number[];
  readonly indexOf: (colour: number) => number;
} {
  const uses = new Map<number, number>();
  for (let i = 0; i < pixels.length; i += 3) {
    const colour = pixels.readUIntBE(i, 3);
    uses.set(colour, (uses.get(colour) ?? 0) + 1);
  }
  const ranked = [...uses].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const colours: number[] = [];
  // Small things in a colour of their own first, such as a green dot; then shades, as far as there is room.
  for (const apart of [APART, 0])
    for (const colour of ranked) {
      if (colours.length >= MAX_COLOURS) break;
      if (colours.every((other) => other !== colour && distance(other, colour) >= apart))
        colours.push(colour);
    }
  const known = new Map(colours.map((colour, index) => [colour, index]));
  const indexOf = (colour: number): number => {
    const found = known.get(colour);
    if (found !== undefined) return found;
    let best = 0;
    for (let i = 1; i < colours.length; i++)
      if (distance(colours[i] ?? 0, colour) < distance(colours[best] ?? 0, colour)) best = i;
    known.set(colour, best);
    return best;
  };
  return { colours, indexOf };
}

function distance(a: number, b: number): number {
  return (
    ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2
  );
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}
