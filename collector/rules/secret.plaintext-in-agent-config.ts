import type { Credential } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';

/** Places in a config file where a reference could stand instead of the secret. */
const CONFIG_PLACE =
  /\/(?:env|environment|headers|http_headers|requestInit|args|url|serverUrl|httpUrl|command|apiKey|api_key|set|options)(?:\/|$)/;
const INSTRUCTIONS = /(?:^|[/\\])(?:[\w.-]+\.(?:md|mdc)|\.(?:cursor|windsurf|cline)rules|\.goosehints)$/i;

export const secretPlaintextInAgentConfig: InventoryRule = {
  on: 'inventory',
  id: 'secret.plaintext-in-agent-config',
  code: 'P-24',
  title: 'Secret written into agent configuration',
  severity: 'high',
  confidence: 'high',
  why: 'The secret stands in plain text in a file that agents, their tools and backups read. Whoever gets the file gets the access.',
  triage: 'What does the secret open, is it still valid, and was the file shared or committed?',
  advice:
    'Store the secret in a password manager or the system keychain and refer to it, then replace it at its provider.',
  falsePositives: ['Example values in documentation.', 'Keys of a test account.'],
  references: ['https://attack.mitre.org/techniques/T1552/001/'],
  taxonomies: {
    attack: ['T1552.001'],
    atlas: ['AML.T0083', 'AML.T0055'],
    owasp: ['MCP01', 'ASI03', 'DSGAI02'],
  },
  bundles: ['SEC'],
  match(fact) {
    if (fact.kind !== 'credential' || fact.placeholder || !fact.credential.plaintext) return [];
    // What an agent recorded is told by another rule.
    if (fact.leftover !== undefined) return [];
    const { credential } = fact;
    const { location } = credential;
    const server = credential.usedBy.mcpServerIds.length > 0;
    const configured =
      server || CONFIG_PLACE.test(location.pointer ?? '') || INSTRUCTIONS.test(location.path);
    if (!configured || location.keychainItem !== undefined) return [];
    const test = /(?:^|-)test(?:-|$)/.test(credential.kind);
    const guessed = credential.provider === 'unknown';
    const place =
      location.pointer ?? location.envVar ?? (location.line === undefined ? '' : `line ${location.line}`);
    return [
      {
        subject: `${location.path}#${place}`,
        detail: `${location.path} holds a ${words(credential)} in plain text${place === '' ? '' : ` (${place})`}${server ? ', given to a tool server' : ''}.`,
        severity: test || guessed ? 'medium' : 'high',
        confidence: guessed ? 'medium' : 'high',
        ...(location.line === undefined ? {} : { line: location.line }),
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'environment of a server',
        fact: credentialFact({
          kind: 'github-pat',
          provider: 'GitHub',
          location: { path: '/home/dev/.claude.json', pointer: '/mcpServers/github/env/GITHUB_TOKEN' },
          usedBy: { agentIds: ['claude-code'], mcpServerIds: ['m1'] },
        }),
      },
      {
        name: 'header',
        fact: credentialFact({
          kind: 'authorization',
          provider: 'unknown',
          location: { path: '/home/dev/.cursor/mcp.json', pointer: '/mcpServers/docs/headers/Authorization' },
        }),
      },
      {
        name: 'settings environment',
        fact: credentialFact({
          kind: 'anthropic-api-key',
          provider: 'Anthropic',
          location: { path: '/home/dev/app/.claude/settings.json', pointer: '/env/ANTHROPIC_API_KEY' },
        }),
      },
      {
        name: 'test key (medium)',
        fact: credentialFact({
          kind: 'stripe-test-key',
          provider: 'Stripe',
          location: { path: '/home/dev/app/.mcp.json', pointer: '/mcpServers/pay/args/2' },
        }),
      },
      {
        name: 'instruction file',
        fact: credentialFact({
          kind: 'aws-secret-access-key',
          provider: 'AWS',
          location: { path: '/home/dev/app/CLAUDE.md', line: 14 },
        }),
      },
    ],
    miss: [
      {
        name: 'placeholder',
        guards: 'filler in templates',
        fact: credentialFact(
          { location: { path: '/home/dev/app/.mcp.json', pointer: '/mcpServers/a/env/TOKEN' } },
          true,
        ),
      },
      {
        name: 'own login of the agent',
        guards: 'the file where the agent itself keeps its login',
        fact: credentialFact({
          kind: 'oauth-access-token',
          provider: 'Anthropic',
          location: { path: '/home/dev/.claude/.credentials.json', pointer: '/claudeAiOauth/accessToken' },
        }),
      },
      {
        name: 'keychain',
        guards: 'secrets that are stored well',
        fact: credentialFact({
          plaintext: false,
          location: { path: 'login.keychain', keychainItem: 'Claude Code-credentials' },
        }),
      },
      {
        name: 'encrypted',
        guards: 'values that are not readable',
        fact: credentialFact({
          plaintext: false,
          location: { path: '/home/dev/.claude.json', pointer: '/mcpServers/a/env/TOKEN' },
        }),
      },
    ],
  },
};

/** `github-pat` of GitHub reads "GitHub pat": good enough for a person, and no kind is ever unknown. */
function words(credential: Credential): string {
  const kind = credential.kind.replaceAll('-', ' ');
  return credential.provider === 'unknown' || kind.startsWith(credential.provider.toLowerCase())
    ? kind
    : `${credential.provider} ${kind}`;
}

function credentialFact(fields: Partial<Credential>, placeholder = false): InventoryFact {
  const credential: Credential = {
    id: 'c1',
    kind: 'token',
    provider: 'unknown',
    location: { path: '/home/dev/.agent.json' },
    fingerprint: 'fp_000000000000000000000000',
    plaintext: true,
    usedBy: { agentIds: [], mcpServerIds: [] },
    ...fields,
  };
  return { kind: 'credential', credential, sharedFolder: false, placeholder };
}
