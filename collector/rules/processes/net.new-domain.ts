import type { ProcessFact } from '../../contract/attribution.ts';
import type { ProcessRule } from '../rule.ts';
import type { DestinationClass } from '../shared/destinations.ts';
import { riskyDestination } from '../shared/hosts.ts';
import { modelVendorOf } from '../shared/model-hosts.ts';
import { isUsualHost } from '../shared/usual-hosts.ts';

/** What kind of place it is, in words; a shortener says nothing of where it leads. */
const PLACES: Readonly<Partial<Record<DestinationClass, string>>> = {
  paste: 'a paste service',
  'webhook-catcher': 'a service that shows whatever is sent to it',
  tunnel: 'a tunnel to any machine',
  'file-drop': 'a file drop',
  'dynamic-dns': 'a name that anybody may point anywhere',
  'dns-log': 'a service that records name look-ups',
  onion: 'a hidden service',
};
/** Names below these are cheap and often abused (lists of abused endings, 2026-11). Example: `updates.top`. */
const CHEAP_ENDING =
  /\.(?:top|xyz|click|icu|cyou|rest|sbs|cfd|bond|zip|mov|tk|ml|ga|cf|gq|monster|quest|buzz)$/;

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
    const place = PLACES[riskyDestination(host) ?? 'shortener'];
    // Of tools alone everything new would be told: work is full of it.
    if (!server && !afterUntrusted && !afterSensitive && place === undefined) return [];
    const shady = place !== undefined || CHEAP_ENDING.test(host);
    const what = server ? `The ${part === 'hook' ? 'hook' : 'server'} ${by}` : by;
    const after = afterSensitive
      ? ', after a secret was read'
      : afterUntrusted
        ? ", after a stranger's text came in"
        : '';
    return [
      {
        subject: domain,
        detail: `${what} talks to ${host} for the first time${after}${place === undefined ? '' : `; it is ${place}`}.`,
        severity: server
          ? 'high'
          : (afterUntrusted || afterSensitive) && (shady || (afterUntrusted && afterSensitive))
            ? 'medium'
            : 'low',
        confidence: server || place !== undefined ? 'medium' : 'low',
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
        name: 'cheap name after a stranger wrote (medium)',
        fact: contact('build-status.top', { afterUntrusted: true }),
      },
      {
        name: 'webhook catcher after a secret (medium)',
        fact: contact('abc.webhook.site', { afterSensitive: true }),
      },
      { name: 'tunnel alone (low)', fact: contact('x1.ngrok-free.app') },
      {
        name: 'server by itself (high)',
        fact: contact('collector.test', { part: 'mcp-server', by: 'notes' }),
      },
      { name: 'hook by itself (high)', fact: contact('x.test', { part: 'hook', by: 'PostToolUse' }) },
    ],
    miss: [
      { name: 'documentation', guards: 'ordinary reading', fact: contact('docs.new-framework.test') },
      { name: 'cheap name alone', guards: 'projects that live there', fact: contact('docs.vite-plugin.xyz') },
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
