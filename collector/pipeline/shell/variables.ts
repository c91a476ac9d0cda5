import type { Expander } from './expander.ts';
import type { Scope } from './state.ts';

/** Values of a variable as far as this line, the home and the folder tell. */
export function lookup(name: string, expander: Expander): readonly string[] | undefined {
  const { scope } = expander;
  const set = scope.vars?.get(name);
  if (set !== undefined) return set;
  const { home } = expander.sink.context;
  switch (name) {
    case 'HOME':
      return scope.elsewhere ? undefined : [home];
    case 'PWD':
      return scope.cwd === undefined ? undefined : [scope.cwd];
    case 'IFS':
      return [' \t\n'];
    case 'USER':
    case 'LOGNAME':
      return scope.elsewhere
        ? undefined
        : [home.slice(Math.max(home.lastIndexOf('/'), home.lastIndexOf('\\')) + 1)];
    case 'SHELL':
      return ['/bin/sh'];
    case 'BASH':
      return ['/bin/bash'];
    case '@':
    case '*':
      return scope.positional === 'unknown' ? undefined : (scope.positional?.slice(1) ?? []);
    default:
      if (/^\d{1,2}$/.test(name)) {
        if (scope.positional === 'unknown' || (name === '0' && scope.positional === undefined))
          return undefined;
        return [scope.positional?.[Number(name)] ?? ''];
      }
      return undefined;
  }
}

/** Remembers what a variable holds; `undefined` = set to something unknown. At most 256 names. */
export function setVariable(scope: Scope, name: string, values: readonly string[] | undefined): void {
  scope.vars ??= new Map();
  if (values === undefined) scope.vars.delete(name);
  else if (scope.vars.size < 256 || scope.vars.has(name)) scope.vars.set(name, values);
}
