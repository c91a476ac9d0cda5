import type { Severity } from '../contract/finding.ts';

/** Every problem Reeve can have or see in its own work, as data: code → how bad, and what to tell a person. */
export interface Warning {
  readonly severity: Severity;
  /** `{…}` is filled with facts. */
  readonly text: string;
}

export const WARNINGS = {
  'no-agents': {
    severity: 'informational',
    text: 'No coding agent was found on this machine. `npm run demo` shows Reeve at work.',
  },
  'store-recovered': {
    severity: 'high',
    text: "The store was damaged. It was put aside as {path}; a new one was started and is filled again from the agents' logs.",
  },
  'store-full': {
    severity: 'high',
    text: 'There is no disk space left for the store. Nothing is lost: reading waits and goes on when there is space.',
  },
  'clock-jump': {
    severity: 'low',
    text: 'The system clock moved by {seconds} s. Times of events around then may be off.',
  },
  'parser-drift': {
    severity: 'low',
    text: '{agent} wrote {count} records of kinds this version does not know ({types}). They were counted and not used: detection may miss something. Update Reeve.',
  },
  'parser-rejected': { severity: 'low', text: '{agent}: {count} log records could not be read ({reasons}).' },
  'setting-unknown': { severity: 'medium', text: '{text}.' },
  'settings-unusable': {
    severity: 'medium',
    text: 'A settings file was changed and cannot be used; the settings before it stay: {reason}.',
  },
  'config-unreadable': { severity: 'low', text: '{text}' },
  'rule-failed': {
    severity: 'medium',
    text: 'Rule {rule} failed and is off until the next start; the others work.',
  },
  'org-rule-refused': {
    severity: 'medium',
    text: 'A rule of your organisation is not used: {place}: {reason}. The others work.',
  },
  'data-pack-refused': {
    severity: 'medium',
    text: 'A pack of knowledge about bad components is not used: {place}: {reason}. The built-in one and other packs stay in use.',
  },
  'report-failing': {
    severity: 'medium',
    text: 'Events cannot be delivered: {reason}. They are kept and sent later.',
  },
  'report-dropped': {
    severity: 'high',
    text: '{count} events were dropped from the sending queue: {reason}.',
  },
  'process-events-off': {
    severity: 'low',
    text: 'The kernel does not tell of processes ({reason}). Reeve looks at the process table instead; very short ones are missed.',
  },
  'source-notice': { severity: 'medium', text: '{text}' },
} as const satisfies Record<string, Warning>;

export type WarningCode = keyof typeof WARNINGS;
