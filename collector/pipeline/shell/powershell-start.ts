import type { Word } from './state.ts';

/** `Start-Process powershell -ArgumentList '-c','…' -Verb RunAs`. */
export function startedBy(
  words: readonly Word[],
): { readonly words: readonly Word[]; readonly elevated: boolean } | undefined {
  let program: Word | undefined;
  const rest: Word[] = [];
  let elevated = false;
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    const next = words[i + 1];
    if (word === undefined) continue;
    const option = word.text.toLowerCase();
    if (/^-(?:filepath|argumentlist|args|verb|workingdirectory|windowstyle)$/.test(option)) {
      if (option === '-filepath') program = next;
      else if (option.startsWith('-arg') && next !== undefined) {
        for (const part of next.text.split(/,\s*|\s+/))
          rest.push({ text: part.replace(/^['"]|['"]$/g, ''), dynamic: next.dynamic });
      } else if (option === '-verb') elevated = next?.text.toLowerCase() === 'runas';
      i++;
    } else if (option.startsWith('-')) continue;
    else if (program === undefined) program = word;
    else rest.push(...word.text.split(/,\s*|\s+/).map((text) => ({ text, dynamic: word.dynamic })));
  }
  return program === undefined ? undefined : { words: [program, ...rest], elevated };
}
