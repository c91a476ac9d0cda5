/** A line, and commands that must be found in it. */
export type Row = readonly [command: string, ...found: string[]];

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
export const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
export const hex = (text: string): string => Buffer.from(text).toString('hex');
