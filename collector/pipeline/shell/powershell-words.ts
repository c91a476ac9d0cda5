import { foldExpression } from './powershell-fold.ts';
import type { PowerShellToken } from './powershell-tokens.ts';
import type { Scope, Sink, Word } from './state.ts';
import { windowsVariable } from './windows-variables.ts';

const VARIABLE = /\$\{?((?:env:|script:|global:|local:)?[A-Za-z_?]\w*)\}?/gi;

/** Variables in a token: those set in this text, the environment, the folder. */
export function expandToken(token: PowerShellToken, scope: Scope, sink: Sink): Word {
  if (token.literal || (token.groups.length === 0 && !token.text.includes('$'))) {
    return { text: token.text, dynamic: token.groups.length > 0 };
  }
  const group = token.groups.length === 1 ? token.groups[0] : undefined;
  if (group !== undefined && !group.block && token.text === `(${group.source})`) {
    const text = foldExpression(group.source, (name) => variable(name, scope, sink));
    if (text !== undefined) return { text, dynamic: false };
  }
  if (!token.text.includes('$')) return { text: token.text, dynamic: token.groups.length > 0 };
  let dynamic = token.groups.length > 0;
  const text = token.text.replace(VARIABLE, (whole: string, name: string) => {
    const key = name.toLowerCase().replace(/^(?:script|global|local):/, '');
    const known = variable(key, scope, sink);
    if (known !== undefined) return known;
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

/** A variable set in this text, or one of the environment; lower-case name, `env:x` for the environment. */
function variable(name: string, scope: Scope, sink: Sink): string | undefined {
  const known = scope.vars?.get(name)?.[0];
  if (known !== undefined) return known;
  const environment = name === 'home' ? name : name.startsWith('env:') ? name.slice(4) : undefined;
  return environment === undefined ? undefined : windowsVariable(environment, sink.context.home, undefined);
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
