import { applyEdits, findNodeAtLocation, getNodeValue, modify, parseTree } from 'jsonc-parser';

/** Entries of agents' settings in JSON or JSONC, named by a pointer (RFC 6901). Comments and formatting stay. */

/** @returns `undefined` when the text is of another kind, or the entry is not there */
export function withoutEntry(text: string, pointer: string): string | undefined {
  return entryOf(text, pointer) === undefined ? undefined : edited(text, pointer, undefined);
}

/** @returns `undefined` when something is in its place, or the place is not there any more */
export function withEntry(text: string, pointer: string, value: unknown): string | undefined {
  const parent = pointer.slice(0, pointer.lastIndexOf('/'));
  if (entryOf(text, pointer) !== undefined || (parent !== '' && entryOf(text, parent) === undefined))
    return undefined;
  return edited(text, pointer, value);
}

export function entryOf(text: string, pointer: string): { readonly value: unknown } | undefined {
  const path = partsOf(pointer);
  if (!/^\s*[{/]/.test(text) || path.length === 0) return undefined;
  try {
    const root = parseTree(text);
    const node = root === undefined ? undefined : findNodeAtLocation(root, path);
    if (node === undefined) return undefined;
    const value: unknown = getNodeValue(node);
    return { value };
  } catch {
    return undefined; // not JSON
  }
}

function edited(text: string, pointer: string, value: unknown): string | undefined {
  try {
    const formattingOptions = {
      insertSpaces: !/^\t/m.test(text),
      tabSize: /^( {2,8})\S/m.exec(text)?.[1]?.length ?? 2,
      eol: text.includes('\r\n') ? '\r\n' : '\n',
    };
    const after = applyEdits(text, modify(text, partsOf(pointer), value, { formattingOptions }));
    return after === text ? undefined : after;
  } catch {
    return undefined; // not JSON, or the place is no object
  }
}

function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
