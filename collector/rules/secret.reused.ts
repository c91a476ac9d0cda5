import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';

export const secretReused: InventoryRule = {
  on: 'inventory',
  id: 'secret.reused',
  code: 'P-27',
  title: 'Several tool servers get the same secret',
  severity: 'medium',
  confidence: 'high',
  why: 'If one of the servers is bad or gets broken into, the secret opens what the others use too, and the provider cannot tell who used it.',
  triage: 'Does each server need the whole access, and is each one trusted equally?',
  advice: 'Create a secret for each server, with only the rights it needs.',
  falsePositives: ['One account on purpose for servers of one maker.'],
  references: ['https://owasp.org/www-project-mcp-top-10/'],
  taxonomies: { attack: ['T1078'], atlas: [], owasp: ['ASI03', 'MCP01'] },
  bundles: ['SEC', 'ACC'],
  match(fact) {
    if (
      fact.kind !== 'credential' ||
      fact.placeholder ||
      fact.sharedBy === undefined ||
      fact.sharedBy.length < 2
    )
      return [];
    const shown = fact.sharedBy
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(', ');
    return [
      {
        subject: `${fact.credential.kind} ${fact.credential.fingerprint}`,
        detail: `The servers ${shown}${fact.sharedBy.length > 5 ? ' and others' : ''} get the same ${fact.credential.kind}.`,
      },
    ];
  },
  examples: {
    hit: [
      { name: 'two servers', fact: shared(['mail', 'tickets']) },
      { name: 'many servers', fact: shared(['a', 'b', 'c', 'd', 'e', 'f', 'g']) },
      { name: 'in the environment of a shell', fact: shared(['a', 'b'], 'fp_env') },
      { name: 'a token from a keychain reference', fact: shared(['wiki', 'wiki2'], 'fp_wiki') },
    ],
    miss: [
      { name: 'one server', guards: 'ordinary use', fact: shared(['mail']) },
      { name: 'nobody', guards: 'secrets of agents themselves', fact: shared([]) },
      { name: 'not known', guards: 'inventories without relations', fact: shared(undefined) },
      { name: 'filler', guards: 'example values', fact: { ...shared(['a', 'b']), placeholder: true } },
    ],
  },
};

function shared(
  sharedBy: readonly string[] | undefined,
  fingerprint = 'fp_000000000000000000000000',
): Extract<InventoryFact, { kind: 'credential' }> {
  return {
    kind: 'credential',
    sharedFolder: false,
    placeholder: false,
    ...(sharedBy !== undefined && { sharedBy }),
    credential: {
      id: 'c',
      kind: 'github-pat',
      provider: 'GitHub',
      location: { path: '/home/dev/.claude.json' },
      fingerprint,
      plaintext: true,
      usedBy: { agentIds: [], mcpServerIds: [] },
    },
  };
}
