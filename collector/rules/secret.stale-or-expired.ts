import type { Credential } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';

const DAY_MS = 86_400_000;
/** Longer than any rotation policy allows. */
const OLD_DAYS = 365;

export const secretStaleOrExpired: InventoryRule = {
  on: 'inventory',
  id: 'secret.stale-or-expired',
  code: 'P-26',
  title: 'Secret in configuration is expired, old or lasts for years',
  severity: 'low',
  confidence: 'medium',
  why: 'An expired secret is clutter that hides the ones that count. One that lasts for years stays useful to whoever finds a copy of the file.',
  triage: 'Is the server that gets it still used?',
  advice: 'Delete it at its provider and here, or replace it by one that ends within months.',
  falsePositives: ['Short-lived tokens that a program renews by itself (not reported).'],
  references: ['https://attack.mitre.org/techniques/T1078/'],
  taxonomies: { attack: ['T1078'], atlas: [], owasp: ['MCP01', 'ASI03'] },
  bundles: ['SEC'],
  match(fact) {
    if (fact.kind !== 'credential' || fact.placeholder || fact.observedMs === undefined) return [];
    const { credential } = fact;
    // Agents renew their own tokens; what a person pasted into a configuration nobody renews.
    if (!credential.plaintext || credential.usedBy.mcpServerIds.length === 0) return [];
    const state = stateOf(credential, fact.observedMs);
    if (state === undefined) return [];
    const { path, pointer, envVar } = credential.location;
    return [
      {
        subject: `${path}#${pointer ?? envVar ?? credential.fingerprint}`,
        detail: `The ${credential.kind} in ${path} ${state.words}.`,
        severity: state.long ? 'medium' : 'low',
      },
    ];
  },
  examples: {
    hit: [
      { name: 'expired (low)', fact: timed({ expiresMs: -40 }) },
      { name: 'older than a year (low)', fact: timed({ issuedMs: -400 }) },
      { name: 'valid for years (medium)', fact: timed({ expiresMs: 3000 }) },
      { name: 'old, and valid for long (medium)', fact: timed({ issuedMs: -20, expiresMs: 800 }) },
    ],
    miss: [
      { name: 'valid for a month', guards: 'ordinary tokens', fact: timed({ issuedMs: -5, expiresMs: 30 }) },
      { name: 'ended today', guards: 'tokens that are being renewed', fact: timed({ expiresMs: -0.5 }) },
      { name: 'nothing known', guards: 'keys without dates', fact: timed({}) },
      { name: 'token of an agent', guards: 'tokens the agent renews', fact: timed({ expiresMs: -40 }, []) },
      { name: 'filler', guards: 'example values', fact: { ...timed({ expiresMs: -40 }), placeholder: true } },
    ],
  },
};

function stateOf(
  { expiresMs, issuedMs }: Credential,
  nowMs: number,
): { words: string; long: boolean } | undefined {
  if (expiresMs !== undefined && expiresMs < nowMs - DAY_MS)
    return { words: `expired ${days(nowMs - expiresMs)} days ago and is still configured`, long: false };
  if (expiresMs !== undefined && expiresMs > nowMs + OLD_DAYS * DAY_MS)
    return { words: `stays valid for ${days(expiresMs - nowMs)} more days`, long: true };
  if (issuedMs !== undefined && issuedMs < nowMs - OLD_DAYS * DAY_MS)
    return { words: `was issued ${days(nowMs - issuedMs)} days ago`, long: false };
  return undefined;
}

function days(ms: number): number {
  return Math.round(ms / DAY_MS);
}

/** Times of an example are days from the day of the inventory. */
function timed(
  { expiresMs, issuedMs }: { expiresMs?: number; issuedMs?: number },
  mcpServerIds: string[] = ['m1'],
): Extract<InventoryFact, { kind: 'credential' }> {
  const observedMs = 1_790_000_000_000;
  return {
    kind: 'credential',
    sharedFolder: false,
    placeholder: false,
    observedMs,
    credential: {
      id: 'c',
      kind: 'jwt',
      provider: 'unknown',
      location: { path: '/home/dev/.claude.json', pointer: '/mcpServers/x/env/TOKEN' },
      fingerprint: 'fp_000000000000000000000000',
      plaintext: true,
      ...(expiresMs !== undefined && { expiresMs: observedMs + expiresMs * DAY_MS }),
      ...(issuedMs !== undefined && { issuedMs: observedMs + issuedMs * DAY_MS }),
      usedBy: { agentIds: [], mcpServerIds },
    },
  };
}
