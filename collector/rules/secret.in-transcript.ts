import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';

type Leftover = NonNullable<Extract<InventoryFact, { kind: 'credential' }>['leftover']>;

const WORDS: Readonly<Record<Leftover, string>> = {
  history: 'the history of prompts',
  snapshot: 'a copy of the shell environment',
  paste: 'a copy of something that was pasted',
  memory: 'what an agent remembers',
};
/** Names that a value stood under, and not its own form, made it a secret: weak in text people type. */
const BY_NAME: ReadonlySet<string> = new Set([
  'password',
  'url-secret',
  'url-token',
  'basic-auth',
  'bearer-token',
]);

export const secretInTranscript: InventoryRule = {
  on: 'inventory',
  id: 'secret.in-transcript',
  code: 'P-29',
  title: 'Secret left in the history or memory of an agent',
  severity: 'high',
  confidence: 'medium',
  why: 'Agents keep what was typed, pasted and set, in files nobody thinks of. The secret stays there in plain text after it was used, every later run may read it, and a copy of the folder takes it along.',
  triage: 'Does the secret still work, and who can read the file?',
  advice: 'Replace the secret at its provider, then delete the file or the line.',
  falsePositives: ['Example keys that were typed on purpose.'],
  references: ['https://attack.mitre.org/techniques/T1552/003/'],
  taxonomies: { attack: ['T1552.003'], atlas: [], owasp: ['MCP01', 'LLM02:2025'] },
  bundles: ['SEC', 'DLP'],
  match(fact) {
    if (fact.kind !== 'credential' || fact.placeholder || fact.leftover === undefined) return [];
    const { credential, leftover } = fact;
    const { path, line } = credential.location;
    const open = (Number.parseInt(credential.fileMode ?? '0600', 8) & 0o044) !== 0;
    return [
      {
        // One secret in twenty lines of a file is one thing to do.
        subject: `${path}#${credential.fingerprint}`,
        detail: `${path}${line === undefined ? '' : ` (line ${line})`}, ${WORDS[leftover]}, holds a ${credential.kind}${open ? ', and others may read the file' : ''}.`,
        severity: BY_NAME.has(credential.kind) ? 'medium' : 'high',
        ...(line !== undefined && { line }),
      },
    ];
  },
  examples: {
    hit: [
      { name: 'typed as a prompt (high)', fact: left('history', 'github-token') },
      { name: 'environment of a shell (high)', fact: left('snapshot', 'aws-secret-access-key') },
      { name: 'pasted (high)', fact: left('paste', 'private-key') },
      { name: 'remembered (high)', fact: left('memory', 'stripe-live-key') },
      { name: 'password by its name (medium)', fact: left('snapshot', 'password') },
    ],
    miss: [
      { name: 'configuration', guards: 'files another rule judges', fact: left(undefined, 'github-token') },
      { name: 'example', guards: 'filler', fact: { ...left('history', 'github-token'), placeholder: true } },
      { name: 'instruction file', guards: 'texts another rule judges', fact: left(undefined, 'private-key') },
      {
        name: 'setting',
        guards: 'facts of another kind',
        fact: {
          kind: 'environment',
          path: '/home/dev/.zshrc',
          scope: 'user',
          name: 'TOKEN',
          value: '[redacted:github-token]',
        },
      },
    ],
  },
};

function left(leftover: Leftover | undefined, kind: string): Extract<InventoryFact, { kind: 'credential' }> {
  return {
    kind: 'credential',
    sharedFolder: false,
    placeholder: false,
    ...(leftover !== undefined && { leftover }),
    credential: {
      id: 'c',
      kind,
      provider: 'unknown',
      location: { path: '/home/dev/.claude/history.jsonl', line: 12 },
      fingerprint: 'fp_000000000000000000000000',
      plaintext: true,
      fileMode: '0600',
      usedBy: { agentIds: ['claude-code'], mcpServerIds: [] },
    },
  };
}
