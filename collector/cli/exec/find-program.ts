import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type FoundProgram =
  | { readonly ok: true; readonly path: string }
  /** As shells tell it: 127 not found, 126 found and not to be run. */
  | { readonly ok: false; readonly exitCode: 126 | 127; readonly reason: string };

/** Looks a program up as execvp(3) would, to tell a missing one before a terminal is made for it. */
export function findProgram(
  name: string,
  searchPath: string | undefined,
  extensions: string[],
): FoundProgram {
  const places = /[\\/]/.test(name)
    ? [name]
    : (searchPath ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter).map((dir) => join(dir || '.', name));
  let refused = false;
  for (const place of places) {
    for (const path of ['', ...extensions].map((extension) => place + extension)) {
      const found = look(path);
      if (found === 'program') return { ok: true, path };
      if (found === 'not-executable') refused = true;
    }
  }
  return refused
    ? { ok: false, exitCode: 126, reason: 'cannot be executed' }
    : { ok: false, exitCode: 127, reason: 'not found' };
}

function look(path: string): 'program' | 'not-executable' | 'nothing' {
  try {
    if (!statSync(path).isFile()) return 'not-executable';
    accessSync(path, constants.X_OK);
    return 'program';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES'
      ? 'not-executable'
      : 'nothing';
  }
}
