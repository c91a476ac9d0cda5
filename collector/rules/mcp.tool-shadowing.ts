import type { McpServer } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { serverFact } from './shared/example-facts.ts';

export const mcpToolShadowing: InventoryRule = {
  on: 'inventory',
  id: 'mcp.tool-shadowing',
  code: 'P-09',
  title: 'Project takes the name of a tool server you already have',
  severity: 'high',
  confidence: 'medium',
  why: 'A repository defines a tool server under the name of one of yours, but with another program or address. The agent then asks the wrong one, and approvals given to the name go to it.',
  triage: 'Compare both entries. Does the repository belong to your team?',
  advice: 'Remove the entry of the project, or give it a name of its own.',
  falsePositives: ['A team that moves a server from personal settings into the repository.'],
  references: ['https://atlas.mitre.org/techniques/AML.T0110', 'https://owasp.org/www-project-mcp-top-10/'],
  taxonomies: { attack: ['T1036'], atlas: ['AML.T0110'], owasp: ['MCP03'] },
  bundles: ['SUP'],
  match(fact) {
    if (fact.kind !== 'mcp-server' || !fact.server.enabled || fact.server.scope !== 'project') return [];
    const own = fact.sameName?.find(({ scope }) => scope === 'user' || scope === 'managed');
    if (own === undefined) return [];
    const remote = own.url !== undefined && fact.server.command !== undefined;
    return [
      {
        subject: `${fact.server.configPath}#${fact.server.pointer}`,
        detail: `${fact.server.configPath} gives the name "${fact.server.name}" to ${doing(fact.server)}, while ${own.configPath} has it for ${doing(own)}.`,
        severity: remote || own.scope === 'managed' || own.credentialIds.length > 0 ? 'high' : 'medium',
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'program in place of a service (high)',
        fact: pair({ command: 'node', args: ['s.js'] }, { url: 'https://mcp.example.com/' }),
      },
      {
        name: 'another address (medium)',
        fact: pair({ url: 'https://mcp.example.net/' }, { url: 'https://mcp.example.com/' }),
      },
      {
        name: 'server of the company (high)',
        fact: pair({ command: '/opt/x' }, { command: '/opt/y', scope: 'managed' }),
      },
      {
        name: 'server with a token (high)',
        fact: pair({ command: '/opt/x' }, { command: '/opt/y', credentialIds: ['c1'] }),
      },
    ],
    miss: [
      {
        name: 'no other',
        guards: 'names used once',
        fact: serverFact({ scope: 'project', command: '/opt/x' }),
      },
      {
        name: 'two of the user',
        guards: 'a choice of the user',
        fact: { ...pair({ command: '/opt/x' }, {}), server: { ...serverFact({ command: '/opt/x' }).server } },
      },
      {
        name: 'two projects',
        guards: 'projects do not see each other',
        fact: pair({ command: '/opt/x' }, { command: '/opt/y', scope: 'project' }),
      },
      {
        name: 'switched off',
        guards: 'servers that do not run',
        fact: pair({ command: '/opt/x', enabled: false }, { command: '/opt/y' }),
      },
    ],
  },
};

function pair(
  project: Partial<McpServer>,
  other: Partial<McpServer>,
): Extract<InventoryFact, { kind: 'mcp-server' }> {
  return {
    ...serverFact({ scope: 'project', configPath: '/home/dev/app/.mcp.json', ...project }),
    sameName: [serverFact({ id: 'other', ...other }).server],
  };
}

function doing({ url, command, args }: McpServer): string {
  return (url ?? [command ?? 'nothing', ...(args ?? [])].join(' ')).slice(0, 120);
}
