import type { McpServer } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { serverFact } from './shared/example-facts.ts';
import { classifyHost, isLocalHost, parseUrl } from './shared/hosts.ts';

/** Services whose server is on the Internet only. Vendors' documentation, 2026-11. */
const REMOTE_ONLY: ReadonlySet<string> = new Set(
  'linear notion sentry atlassian jira stripe paypal square asana intercom vercel netlify cloudflare hubspot plaid webflow wix zapier box monday canva'.split(
    ' ',
  ),
);

export const mcpLocalInterposition: InventoryRule = {
  on: 'inventory',
  id: 'mcp.local-interposition',
  code: 'P-11',
  title: 'Connection to a service leads through a program on this machine',
  severity: 'critical',
  confidence: 'medium',
  why: 'The tool server of a known service points to this machine instead of the service. Whatever listens there sees the access token and everything that is exchanged.',
  triage: 'Which program listens on the port, and who installed it?',
  advice: 'Set the address of the service again, stop the program, and replace the token.',
  falsePositives: ['A gateway or debugging proxy you started yourself.'],
  references: ['https://attack.mitre.org/techniques/T1557/'],
  taxonomies: { attack: ['T1557', 'T1528'], atlas: ['AML.T0081'], owasp: ['MCP01'] },
  bundles: ['SEC', 'CHG'],
  match(fact) {
    if (fact.kind !== 'mcp-server' || !fact.server.enabled || fact.server.url === undefined) return [];
    const { server } = fact;
    const host = parseUrl(server.url ?? '')?.host;
    if (host === undefined || !isLocalHost(host)) return [];
    const elsewhere = fact.sameName?.find((other) => isPublic(other));
    const token =
      server.credentialIds.length > 0 ||
      server.headerNames.some((name) => /^(?:authorization|x-api-key|api-key|cookie)$/i.test(name));
    if (elsewhere === undefined && !(token && REMOTE_ONLY.has(server.name.toLowerCase()))) return [];
    return [
      {
        subject: `${server.configPath}#${server.pointer}`,
        detail: `The server "${server.name}" in ${server.configPath} leads to ${host}${token ? ' and takes a token along' : ''}${elsewhere === undefined ? '' : `, while ${elsewhere.configPath} has it at ${elsewhere.url ?? ''}`}.`,
        severity: token ? 'critical' : 'high',
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'service by name, with a token (critical)',
        fact: serverFact({
          name: 'linear',
          url: 'http://127.0.0.1:9911/mcp',
          headerNames: ['Authorization'],
        }),
      },
      {
        name: 'known credential (critical)',
        fact: serverFact({ name: 'Notion', url: 'http://localhost:8123/mcp', credentialIds: ['c1'] }),
      },
      {
        name: 'another file has the real address (high)',
        fact: rivalled({ url: 'http://localhost:8123/' }, 'https://mcp.example.com/'),
      },
      {
        name: 'the same with a token (critical)',
        fact: rivalled({ url: 'http://[::1]:8123/', headerNames: ['X-API-Key'] }, 'https://mcp.example.com/'),
      },
    ],
    miss: [
      {
        name: 'the service',
        guards: 'the right address',
        fact: serverFact({
          name: 'linear',
          url: 'https://mcp.linear.app/sse',
          headerNames: ['Authorization'],
        }),
      },
      {
        name: 'server of a desktop program',
        guards: 'programs that serve locally',
        fact: serverFact({ name: 'figma', url: 'http://127.0.0.1:3845/mcp' }),
      },
      {
        name: 'no token',
        guards: 'local tests',
        fact: serverFact({ name: 'linear', url: 'http://127.0.0.1:3000/mcp' }),
      },
      {
        name: 'own server',
        guards: 'names of ones own',
        fact: serverFact({
          name: 'my-notes',
          url: 'http://127.0.0.1:3000/mcp',
          headerNames: ['Authorization'],
        }),
      },
      {
        name: 'two local ones',
        guards: 'a server at two ports',
        fact: rivalled({ url: 'http://localhost:1/' }, 'http://localhost:2/'),
      },
    ],
  },
};

function rivalled(fields: Partial<McpServer>, url: string): InventoryFact {
  return {
    ...serverFact({ name: 'docs', ...fields }),
    sameName: [serverFact({ id: 'b', name: 'docs', url }).server],
  };
}

function isPublic({ url }: McpServer): boolean {
  const host = url === undefined ? undefined : parseUrl(url)?.host;
  return host !== undefined && classifyHost(host) === 'public';
}
