import type { ProcessFact } from '../../contract/attribution.ts';
import type { ProcessRule } from '../rule.ts';
import { modelVendorOf } from '../shared/model-hosts.ts';
import { isUsualHost } from '../shared/usual-hosts.ts';

const contact = (
  host: string,
  more: Partial<Extract<ProcessFact, { kind: 'contact' }>> = {},
): ProcessFact => ({
  kind: 'contact',
  agentId: 'claude-code',
  sessionId: 'claude-code:example',
  part: 'tool',
  by: 'Bash',
  domain: host,
  host,
  afterUntrusted: false,
  afterSensitive: false,
  ...more,
});

export const netNewDomain: ProcessRule = {
  on: 'process',
  id: 'net.new-domain',
  code: 'N-06',
  title: 'First contact with a new name',
  severity: 'low',
  confidence: 'low',
  why: 'Nothing of this agent has talked to this name before. Most new names are harmless; one that comes up after a stranger wrote something, or that a server talks to by itself, may not be.',
  triage: 'Did you or the task ask for this name?',
  advice: 'If nobody asked for it, look at what was sent there.',
  falsePositives: ['New tools, new documentation, new customers.'],
  references: ['https://attack.mitre.org/techniques/T1071/001/'],
  taxonomies: { attack: ['T1071.001'], atlas: ['AML.T0025'], owasp: ['ASI05'] },
  bundles: ['MON', 'DLP'],
  match(fact) {
    if (fact.kind !== 'contact') return [];
    const { host, domain, part, by, afterUntrusted, afterSensitive } = fact;
    if (isUsualHost(host) || modelVendorOf(host) !== undefined) return [];
    const server = part === 'mcp-server' || part === 'hook';
    // Of tools alone everything new would be told: work is full of it.
    if (!server && !afterUntrusted && !afterSensitive) return [];
    const what = server ? `The ${part === 'hook' ? 'hook' : 'server'} ${by}` : by;
    const after = afterSensitive
      ? ', after a secret was read'
      : afterUntrusted
        ? ", after a stranger's text came in"
        : '';
    return [
      {
        subject: domain,
        detail: `${what} talks to ${host} for the first time${after}.`,
        severity: server ? 'high' : afterUntrusted && afterSensitive ? 'medium' : 'low',
        confidence: server ? 'medium' : 'low',
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'after both (medium)',
        fact: contact('drop.example-cdn.test', { afterUntrusted: true, afterSensitive: true }),
      },
      { name: 'after a secret (low)', fact: contact('new-vendor.test', { afterSensitive: true }) },
      {
        name: 'server by itself (high)',
        fact: contact('collector.test', { part: 'mcp-server', by: 'notes' }),
      },
      { name: 'hook by itself (high)', fact: contact('x.test', { part: 'hook', by: 'PostToolUse' }) },
    ],
    miss: [
      { name: 'documentation', guards: 'ordinary reading', fact: contact('docs.new-framework.test') },
      {
        name: 'registry',
        guards: 'package mirrors',
        fact: contact('registry.npmjs.org', { afterSensitive: true, afterUntrusted: true }),
      },
      {
        name: 'own model',
        guards: 'servers that ask a model',
        fact: contact('api.openai.com', { part: 'mcp-server', by: 'helper' }),
      },
    ],
  },
};
