import type { PathContext } from '../path-context.ts';

/** Joins folders in the spelling of the context's platform. */
export function joinPath(context: PathContext, ...parts: readonly string[]): string {
  return parts.join(context.platform === 'win32' ? '\\' : '/');
}

/** A variable's value when it is set to something. */
export function envValue(context: PathContext, name: string): string | undefined {
  const value = context.env[name];
  return value === undefined || value === '' ? undefined : value;
}
