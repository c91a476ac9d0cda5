import { canonicalName } from './commands.ts';

/** The name rules look programs up by: see `canonicalName`. */
export function programKey(program: string): string {
  return canonicalName(program);
}
