import type { ToolCategory, ToolInput } from '../../contract/event.ts';
import type { ShellDialect } from '../../contract/shell.ts';
import type { Writable } from '../../contract/writable.ts';
import { bounded, boundedJson, MAX_CONTENT, MAX_ITEMS, MAX_PATH } from './bounds.ts';
import { getList, getText, isObject } from './json.ts';
import type { JsonObject } from './json.ts';

/** What a built-in tool of an agent is and where its arguments keep what; the first field that holds text is taken. */
export interface ToolShape {
  readonly name: string;
  readonly category: ToolCategory;
  readonly dialect?: ShellDialect;
  readonly command?: readonly string[];
  readonly cwd?: readonly string[];
  /** All of them are collected; a field may hold one path or a list. */
  readonly paths?: readonly string[];
  readonly url?: readonly string[];
  readonly query?: readonly string[];
  readonly content?: readonly string[];
  readonly text?: readonly string[];
}

/** A Map, because names come from logs and `constructor` must not be found. */
export function shapesByName(shapes: readonly ToolShape[]): ReadonlyMap<string, ToolShape> {
  return new Map(shapes.map((shape) => [shape.name, shape]));
}

/** Reads a call's arguments by its shape; arguments without any field of the shape are kept as they are, bounded. */
export function inputOf(shape: ToolShape, args: JsonObject): ToolInput {
  const command = firstText(args, shape.command);
  const cwd = firstText(args, shape.cwd, MAX_PATH);
  const paths = (shape.paths ?? []).flatMap((name) => textsOf(args, name)).slice(0, MAX_ITEMS);
  const url = firstText(args, shape.url);
  const query = firstText(args, shape.query);
  const content = firstText(args, shape.content);
  const text = firstText(args, shape.text);
  const input: Writable<ToolInput> = {};
  if (command !== undefined) input.command = command;
  if (command !== undefined && shape.dialect !== undefined) input.dialect = shape.dialect;
  if (cwd !== undefined) input.cwd = cwd;
  if (paths.length > 0) input.paths = paths;
  if (url !== undefined) input.url = url;
  if (query !== undefined) input.query = query;
  if (content !== undefined) input.content = content;
  if (text !== undefined) input.text = text;
  return Object.keys(input).length === 0 ? argsInput(args) : input;
}

/** Arguments as given, bounded; nothing for an empty object. */
export function argsInput(args: unknown): ToolInput {
  if (args === undefined || args === null) return {};
  if (isObject(args) && Object.keys(args).length === 0) return {};
  return { args: boundedJson(args) };
}

function firstText(
  args: JsonObject,
  names: readonly string[] | undefined,
  max = MAX_CONTENT,
): string | undefined {
  for (const name of names ?? []) {
    const text = getText(args, name);
    if (text !== undefined) return bounded(text, max);
  }
  return undefined;
}

/** One text or the texts of a list; longer than a path can be are left out. */
function textsOf(args: JsonObject, name: string): readonly string[] {
  const one = getText(args, name);
  if (one !== undefined) return one.length <= MAX_PATH ? [one] : [];
  const texts: string[] = [];
  for (const item of getList(args, name)) {
    if (texts.length >= MAX_ITEMS) break;
    if (typeof item === 'string' && item !== '' && item.length <= MAX_PATH) texts.push(item);
  }
  return texts;
}
