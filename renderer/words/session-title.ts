import type { StoredEvent } from '../../collector/contract/stored.ts';
import { visible } from './visible.ts';
import { field } from './event-sentence.ts';

const MAX_TITLE = 72;
/** More of a first message than this is not looked at. */
const MAX_READ = 600;

/**
 * What a session is about: the first words a person said in it. Commands of the agent itself (`/model`) and what
 * programs put in front (`<context>`) say nothing about that.
 * @param prompts in the order they were said
 * @returns undefined when no words are kept, or nobody said any
 */
export function titleOf(prompts: readonly StoredEvent[]): string | undefined {
  for (const event of prompts) {
    if (field(event, 'origin') !== 'human') continue;
    const title = firstWords(field(event, 'text') ?? '');
    if (title !== undefined) return title;
  }
  return undefined;
}

function firstWords(text: string): string | undefined {
  const line = visible(text)
    .slice(0, MAX_READ)
    .split('\n')
    .map((one) =>
      one
        .replaceAll(/\s+/g, ' ')
        .replace(/^[#>*\s-]+/, '')
        .trim(),
    )
    .find((one) => one !== '' && !one.startsWith('<') && !one.startsWith('/') && !one.startsWith('```'));
  if (line === undefined) return undefined;
  const sentence = /^.{12,}?[.!?](?= |$)/.exec(line)?.[0] ?? line;
  if (sentence.length <= MAX_TITLE) return sentence.replace(/\.$/, '');
  const cut = sentence.slice(0, MAX_TITLE);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > MAX_TITLE / 2 ? space : MAX_TITLE)}…`;
}
