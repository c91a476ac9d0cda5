import type { SentStats } from '../../collector/contract/sent.ts';
import type { REPORTING_MODES } from '../../collector/contract/config.ts';

type Mode = (typeof REPORTING_MODES)[number];

export const MODE_WORDS: Readonly<Record<Mode, { readonly name: string; readonly what: string }>> = {
  off: { name: 'Off', what: 'Nothing is sent.' },
  minimal: {
    name: 'Minimal',
    what: 'Findings and daily counts. Not what agents did in ordinary work.',
  },
  metadata: {
    name: 'Metadata',
    what: 'That something happened: tools, programs, files and hosts by name. Not your words, not the content of files, not whole commands.',
  },
  full: { name: 'Full', what: 'Events as they are kept here: prompts and commands too, without secrets.' },
};

/** What leaves this machine, in a sentence. */
export function sendingSentence(stats: SentStats): string {
  if (!stats.on) return 'Nothing leaves this machine.';
  if (stats.failing !== undefined) return 'Events wait on this machine: they cannot be delivered.';
  return stats.mode === 'minimal' ? 'Findings and counts leave this machine.' : 'Events leave this machine.';
}
