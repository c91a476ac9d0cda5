import type { PowerShellToken } from './powershell-tokens.ts';
import type { Scope, Sink, Word } from './state.ts';
import { windowsVariable } from './windows-variables.ts';

const VARIABLE = /\$\{?((?:env:|script:|global:|local:)?[A-Za-z_?]\w*)\}?/gi;

/** Variables in a token: those set in this text, the environment, the folder. */
export function expandToken(token: PowerShellToken, scope: Scope, sink: Sink): Word {
  if (token.literal || !token.text.includes('$')) {
    return { text: token.text, dynamic: token.groups.length > 0 };
  }
  let dynamic = token.groups.length > 0;
  const { home } = sink.context;
  const text = token.text.replace(VARIABLE, (whole: string, name: string) => {
    const key = name.toLowerCase().replace(/^(?:script|global|local):/, '');
    const known = scope.vars?.get(key)?.[0];
    if (known !== undefined) return known;
    const environment = key === 'home' ? 'home' : key.startsWith('env:') ? key.slice(4) : undefined;
    const value = environment === undefined ? undefined : windowsVariable(environment, home, undefined);
    if (value !== undefined) return value;
    switch (key) {
      case 'pwd':
        if (scope.cwd !== undefined) return scope.cwd;
        dynamic = true;
        return whole;
      case 'null':
      case 'true':
      case 'false':
      case '_':
        return whole;
      default:
        dynamic = true;
        return whole;
    }
  });
  return { text, dynamic };
}

/** `(New-Object Net.WebClient).DownloadString('u')` → `downloadstring u`; `[Convert]::FromBase64String('…')` likewise. */
export function methodCalls(tokens: readonly PowerShellToken[]): Word[][] {
  const out: Word[][] = [];
  for (const token of tokens) {
    if (token.quoted || !/(?:\.|::)\w+\(/.test(token.text)) continue;
    for (const match of token.text.matchAll(/(?:\.|::)(\w{1,64})\(/g)) {
      const name = match[1];
      if (name === undefined || out.length >= 16) continue;
      const args = token.text.slice(match.index + match[0].length, match.index + match[0].length + 4_096);
      const literals = [...args.matchAll(/'([^']{0,2000})'|"([^"]{0,2000})"/g)].slice(0, 8);
      out.push([
        { text: name, dynamic: false },
        ...literals.map((literal) => ({ text: literal[1] ?? literal[2] ?? '', dynamic: false })),
      ]);
    }
  }
  return out;
}
