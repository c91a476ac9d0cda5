import type { ExampleCall } from '../rule.ts';

const LOOK =
  'If the work explains it, acknowledge the finding: what was new is then learned as usual. If it does not, stop the session and look at what it did.';
const TRIAGE = 'What the run was asked to do, and the first call that is new.';
const REFERENCES = ['https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/'];
/** What all of them have. */
export const BASE = {
  on: 'baseline',
  severity: 'low',
  confidence: 'low',
  triage: TRIAGE,
  advice: LOOK,
  references: REFERENCES,
} as const;

/** A usual day, for the examples. */
export const ORDINARY: readonly ExampleCall[] = [
  { shell: 'git status' },
  { shell: 'npm test' },
  { read: '/home/dev/app/src/a.ts' },
];
