import type { Finding } from '../../collector/contract/finding.ts';
import { agentName } from './names.ts';
import { baseName, shortPath, tildeText } from './path.ts';

/** What a finding is about, so that it fits a row. The number of a session tells nobody anything: its agent and folder do. */
export function subjectWords(subject: Finding['subject'], max: number, home?: string): string {
  if (subject.kind === 'session') {
    const agent = agentName(
      subject.agentId ?? subject.value.slice(0, Math.max(0, subject.value.indexOf(':'))),
    );
    return subject.cwd === undefined
      ? `the whole session of ${agent}`
      : `${agent} in ${baseName(subject.cwd)}`;
  }
  const text = tildeText(subject.value, home);
  // A sentence is cut at its end by the row itself; the middle of a path gives way first.
  return text.includes(' ') ? text : shortPath(text, max, home);
}

/**
 * The case in its own words: the first sentence of why it was found. `The agent ran rm on ~.` A dot inside a path or a
 * number ends no sentence.
 */
export function factOf({ why, subject }: Pick<Finding, 'why' | 'subject'>, home?: string): string {
  const text = tildeText(why, home);
  const end = /[.!?](?= [A-Z"~/]|$)/.exec(text.slice(0, MAX_FACT));
  if (end !== null) return text.slice(0, end.index + 1);
  return text === '' ? subjectWords(subject, MAX_FACT, home) : text.slice(0, MAX_FACT);
}

const MAX_FACT = 240;
