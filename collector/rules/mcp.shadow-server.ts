import type { McpServer } from '../contract/agent.ts';
import type { InventoryFact, Standing } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { serverFact, standing } from './shared/example-facts.ts';

export const mcpShadowServer: InventoryRule = {
  on: 'inventory',
  id: 'mcp.shadow-server',
  code: 'P-12',
  title: 'MCP server that nobody approved, or that was refused',
  severity: 'medium',
  confidence: 'high',
  why: 'People on this machine decide which tool servers agents may use. This one is in use without such a decision, or against it.',
  triage: 'Who added it, and does it get a secret or run programs?',
  advice:
    'Look at it and decide with `reeve approvals`; remove it from the configuration when the answer is no.',
  falsePositives: ['A server that was added a moment ago and waits for its decision.'],
  references: ['https://owasp.org/www-project-mcp-top-10/'],
  taxonomies: { attack: [], atlas: [], owasp: ['MCP09', 'ASI04'] },
  bundles: ['INV'],
  match(fact) {
    if (fact.kind !== 'mcp-server' || !fact.server.enabled || fact.standing === undefined) return [];
    const { server } = fact;
    const refused = fact.standing.state === 'denied' || server.approval === 'rejected';
    if (!refused && (fact.standing.state !== 'new' || !fact.standing.decides)) return [];
    const strong = server.credentialIds.length > 0 || (server.autoApproved ?? []).length > 0;
    return [
      {
        // The same package in five clients is one question.
        subject: nameOf(server),
        detail: refused
          ? `The server "${server.name}" was refused and is still switched on in ${server.configPath}.`
          : `The server "${server.name}" in ${server.configPath} was not decided on${strong ? ', and it gets secrets or runs tools without asking' : ''}.`,
        severity: refused || strong ? 'high' : 'medium',
      },
    ];
  },
  examples: {
    hit: [
      { name: 'undecided (medium)', fact: server({ command: 'node' }, standing('new')) },
      {
        name: 'undecided, with a secret (high)',
        fact: server({ command: 'node', credentialIds: ['c1'] }, standing('new')),
      },
      {
        name: 'undecided since the first look (medium)',
        fact: server({ url: 'https://mcp.example.com/' }, standing('new', { before: true })),
      },
      { name: 'refused and still on (high)', fact: server({ command: 'node' }, standing('denied')) },
      {
        name: 'undecided, tools run unasked (high)',
        fact: server({ command: 'node', autoApproved: ['*'] }, standing('new')),
      },
    ],
    miss: [
      { name: 'approved', guards: 'servers of the list', fact: server({}, standing('approved')) },
      {
        name: 'nobody decides here',
        guards: 'machines where approvals are not used',
        fact: server({}, standing('new', { decides: false })),
      },
      {
        name: 'refused and off',
        guards: 'a decision that was carried out',
        fact: server({ enabled: false }, standing('denied')),
      },
      { name: 'changed', guards: 'what another rule tells', fact: server({}, standing('changed')) },
      { name: 'first look', guards: 'a single scan without a store', fact: serverFact({ command: 'node' }) },
    ],
  },
};

function nameOf({ package: pack, url, name }: McpServer): string {
  if (pack !== undefined) return `${pack.ecosystem}:${pack.name}`;
  return url === undefined ? name : (url.split(/[?#]/, 1)[0] ?? name);
}

function server(fields: Partial<McpServer>, where: Standing): InventoryFact {
  return { ...serverFact(fields), standing: where };
}
