import { withoutEntry } from './settings-entry.ts';
import { withoutTomlEntry } from './toml-entry.ts';
import { withoutYamlEntry } from './yaml-entry.ts';

/**
 * A settings file without one entry, in the language its name says; all the rest of it stays to the letter.
 * @returns `undefined` when the entry is not there, or cannot be cut out cleanly
 */
export function cutEntry(path: string, text: string, pointer: string): string | undefined {
  if (/\.toml$/i.test(path)) return withoutTomlEntry(text, pointer);
  if (/\.ya?ml$/i.test(path)) return withoutYamlEntry(text, pointer);
  return withoutEntry(text, pointer);
}
