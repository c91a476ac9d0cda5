import { applyEdits, findNodeAtLocation, getNodeValue, modify, type Node, parseTree } from 'jsonc-parser';

/** Entries of agents' settings in JSON or JSONC, named by a pointer (RFC 6901). Comments and formatting stay. */

/** @returns `undefined` when the text is of another kind, or the entry is not there */
export function withoutEntry(text: string, pointer: string): string | undefined {
  return entryOf(text, pointer) === undefined ? undefined : edited(text, pointer, undefined);
}

/**
 * In a list it is put in at its old place, and what stands there now moves on; it is not put in twice.
 * @returns `undefined` when something is in its place, or the place is not there any more
 */
export function withEntry(text: string, pointer: string, value: unknown): string | undefined {
  const parent = pointer.slice(0, pointer.lastIndexOf('/'));
  const around = parent === '' ? undefined : entryOf(text, parent);
  if (parent !== '' && around === undefined) return undefined;
  if (Array.isArray(around?.value)) {
    const same = JSON.stringify(value);
    if (around.value.some((item) => JSON.stringify(item) === same)) return undefined;
    const place = Math.min(Number(pointer.slice(parent.length + 1)), around.value.length);
    return Number.isSafeInteger(place) ? edited(text, `${parent}/${place}`, value, true) : undefined;
  }
  return entryOf(text, pointer) === undefined ? edited(text, pointer, value) : undefined;
}

export function entryOf(text: string, pointer: string): { readonly value: unknown } | undefined {
  if (!/^\s*[{/]/.test(text) || partsOf(pointer).length === 0) return undefined;
  try {
    const root = parseTree(text);
    const node = root === undefined ? undefined : findNodeAtLocation(root, placeOf(root, pointer));
    if (node === undefined) return undefined;
    const value: unknown = getNodeValue(node);
    return { value };
  } catch {
    return undefined; // not JSON
  }
}

function edited(text: string, pointer: string, value: unknown, isArrayInsertion = false): string | undefined {
  try {
    const formattingOptions = {
      insertSpaces: !/^\t/m.test(text),
      tabSize: /^( {2,8})\S/m.exec(text)?.[1]?.length ?? 2,
      eol: text.includes('\r\n') ? '\r\n' : '\n',
    };
    const after = applyEdits(
      text,
      modify(text, placeOf(parseTree(text), pointer), value, { formattingOptions, isArrayInsertion }),
    );
    return after === text ? undefined : after;
  } catch {
    return undefined; // not JSON, or the place is no object
  }
}

/** The same words mean a name in an object and a number in a list. */
function placeOf(root: Node | undefined, pointer: string): (string | number)[] {
  const place: (string | number)[] = [];
  let node = root;
  for (const part of partsOf(pointer)) {
    const step = node?.type === 'array' && /^\d+$/.test(part) ? Number(part) : part;
    place.push(step);
    node = node === undefined ? undefined : findNodeAtLocation(node, [step]);
  }
  return place;
}

function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
