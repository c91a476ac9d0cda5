import type { Credential } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { Severity } from '../contract/finding.ts';
import type { InventoryRule } from './rule.ts';

/** Kinds of secrets that are wide by what they are; the vendors' own descriptions, 2026-11. */
const WIDE: Readonly<Record<string, readonly [string, Severity]>> = {
  'anthropic-admin-key': ['manages members, keys and spending of the whole organisation', 'high'],
  'openai-admin-key': ['manages members, keys and spending of the whole organisation', 'high'],
  'stripe-live-key': ['may do everything in the account, pay out included; restricted keys exist', 'high'],
  'supabase-secret-key': ['passes by the access rules of every table', 'high'],
  'supabase-token': ['manages every project of its owner', 'high'],
  'slack-user-token': ['acts as a person in every channel of theirs; bot tokens exist', 'medium'],
  'slack-client-token': ['is the login of a person in the browser', 'high'],
  'slack-legacy-token': ['acts as a person without limits; bot tokens exist', 'high'],
  'shopify-admin-token': ['administers the shop', 'medium'],
  'jfrog-api-key': ['may do everything its owner may; scoped tokens exist', 'medium'],
  'cloudflare-origin-ca-key': ['makes certificates for every site of the account', 'high'],
  'vault-recovery-token': ['opens the vault as a whole', 'high'],
  'docker-org-token': ['reaches the registry of the whole organisation', 'medium'],
};
/** Scopes that name everything, or what a tool for one task does not need. */
const WIDE_SCOPE =
  /^(?:\*|admin|administrator|root|owner|superuser|superadmin|service_role|all|full[_-]?access|admin:(?:org|enterprise|repo_hook|public_key|org_hook|gpg_key)|delete_repo|site_admin|sudo|api|cloud-platform|https:\/\/www\.googleapis\.com\/auth\/(?:cloud-platform|drive|gmail\.modify)|https:\/\/mail\.google\.com\/|user_impersonation|Directory\.ReadWrite\.All|Mail\.ReadWrite|Files\.ReadWrite\.All|Sites\.FullControl\.All|.{1,60}[.:/]\*)$/i;

export const secretOverscoped: InventoryRule = {
  on: 'inventory',
  id: 'secret.overscoped',
  code: 'P-28',
  title: 'Secret of a tool server opens far more than a tool needs',
  severity: 'medium',
  confidence: 'medium',
  why: 'A tool server does what the text it reads talks the agent into. With this secret that is not one repository or one table but everything its owner may do.',
  triage: 'What is the server used for, and which of these rights does that take?',
  advice: 'Make a token with the few rights the server needs, put it in, and revoke this one.',
  falsePositives: ['A server whose task is administration, used by an administrator.'],
  references: ['https://attack.mitre.org/techniques/T1078/004/', 'https://owasp.org/www-project-mcp-top-10/'],
  taxonomies: { attack: ['T1078.004'], atlas: [], owasp: ['MCP02', 'ASI03'] },
  bundles: ['ACC'],
  match(fact) {
    if (fact.kind !== 'credential' || fact.placeholder) return [];
    const { credential } = fact;
    // An agent's own login is as wide as its vendor makes it; what a server gets is a choice.
    if (credential.usedBy.mcpServerIds.length === 0) return [];
    const found = widthOf(credential);
    if (found === undefined) return [];
    const { path, pointer, envVar } = credential.location;
    return [
      {
        subject: `${path}#${pointer ?? envVar ?? credential.fingerprint}`,
        detail: `The ${credential.kind} in ${path} ${found.what}.`,
        severity: found.severity,
      },
    ];
  },
  examples: {
    hit: [
      { name: 'administrator key (high)', fact: held('anthropic-admin-key') },
      { name: 'live key of a payment service (high)', fact: held('stripe-live-key') },
      { name: 'token of a person (medium)', fact: held('slack-user-token') },
      { name: 'role that passes by access rules (high)', fact: held('jwt', ['service_role']) },
      {
        name: 'scopes of an administrator (high)',
        fact: held('github-oauth-token', ['repo', 'admin:org', 'delete_repo']),
      },
      { name: 'one wide scope (medium)', fact: held('oauth-access-token', ['openid', 'api']) },
    ],
    miss: [
      { name: 'restricted key', guards: 'what should be used', fact: held('stripe-restricted-key') },
      { name: 'test key', guards: 'keys that open nothing real', fact: held('stripe-test-key') },
      {
        name: 'reading',
        guards: 'narrow scopes',
        fact: held('oauth-access-token', ['read:user', 'issues:read']),
      },
      { name: 'nothing known', guards: 'tokens that do not tell', fact: held('github-token') },
      {
        name: 'login of an agent',
        guards: 'tokens no person chose',
        fact: held('oauth-access-token', ['admin'], []),
      },
      { name: 'filler', guards: 'example values', fact: { ...held('stripe-live-key'), placeholder: true } },
    ],
  },
};

function widthOf({
  kind,
  scopes = [],
}: Credential): { readonly what: string; readonly severity: Severity } | undefined {
  const known = WIDE[kind];
  if (known !== undefined) return { what: known[0], severity: known[1] };
  const wide = scopes.filter((scope) => WIDE_SCOPE.test(scope));
  const first = wide[0];
  if (first === undefined) return undefined;
  const all =
    wide.length > 1 ||
    /^(?:\*|service_role|root|superuser|superadmin|sudo|site_admin|admin:(?:org|enterprise))$/i.test(first);
  return { what: `has the rights ${wide.slice(0, 4).join(', ')}`, severity: all ? 'high' : 'medium' };
}

function held(
  kind: string,
  scopes?: string[],
  mcpServerIds: string[] = ['m1'],
): Extract<InventoryFact, { kind: 'credential' }> {
  return {
    kind: 'credential',
    sharedFolder: false,
    placeholder: false,
    credential: {
      id: 'c',
      kind,
      provider: 'unknown',
      ...(scopes !== undefined && { scopes }),
      location: { path: '/home/dev/.claude.json', pointer: '/mcpServers/x/env/TOKEN' },
      fingerprint: 'fp_000000000000000000000000',
      plaintext: true,
      usedBy: { agentIds: [], mcpServerIds },
    },
  };
}
