import { gzipSync } from 'node:zlib';

/** Texts for the shell: how the same command line can be written down again. */

export function single(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function double(text: string): string {
  return `"${text.replaceAll(/[\\"$`]/g, (one) => `\\${one}`)}"`;
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

export function gzipped(text: string): string {
  return gzipSync(text).toString('base64');
}

/** `$'\x63\x75…'` */
export function ansiC(text: string): string {
  return `$'${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'`;
}

/** For `printf`. */
export function octal(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

export function reversed(text: string): string {
  return Array.from(text).toReversed().join('');
}

/** What `powershell -EncodedCommand` takes. */
export function utf16(text: string): string {
  return Buffer.from(text, 'utf16le').toString('base64');
}
