import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { serverFact } from './shared/example-facts.ts';
import { imitatedPackage } from './shared/mcp-packages.ts';

export const mcpTyposquatOrLookalike: InventoryRule = {
  on: 'inventory',
  id: 'mcp.typosquat-or-lookalike',
  code: 'P-05',
  title: 'MCP package is named almost like a well-known one',
  severity: 'high',
  confidence: 'medium',
  why: 'The package of this tool server has a name one slip away from a package many people use. Such names are published on purpose to be installed by mistake.',
  triage: 'Open the package page: who publishes it, since when, and is it the one you meant?',
  advice: 'Correct the name in the configuration and remove what the wrong package left behind.',
  falsePositives: ['A fork that keeps the name with a small difference.'],
  references: ['https://attack.mitre.org/techniques/T1036/', 'https://owasp.org/www-project-mcp-top-10/'],
  taxonomies: { attack: ['T1036.005'], atlas: ['AML.T0074', 'AML.T0060'], owasp: ['ASI04', 'MCP04'] },
  bundles: ['SUP', 'INV'],
  match(fact) {
    if (fact.kind !== 'mcp-server') return [];
    const pack = fact.server.package;
    if (pack?.ecosystem !== 'npm' && pack?.ecosystem !== 'pypi') return [];
    const meant = imitatedPackage(pack.ecosystem, pack.name);
    if (meant === undefined) return [];
    return [
      {
        subject: `${pack.ecosystem}:${pack.name}`,
        detail: `The server "${fact.server.name}" starts the package ${pack.name}, which is not ${meant} but looks like it.`,
      },
    ];
  },
  examples: {
    hit: [
      { name: 'letter missing in the scope', fact: packFact('npm', '@modelcontextprotocl/server-github') },
      { name: 'letters swapped', fact: packFact('npm', 'mcp-reomte') },
      { name: 'scope written as part of the name', fact: packFact('npm', 'playwright-mcp-') },
      { name: 'separator left out', fact: packFact('npm', 'firecrawlmcp') },
      { name: 'one letter more', fact: packFact('pypi', 'mcp-server-fetchs') },
      { name: 'popular package that is no server', fact: packFact('npm', 'playwrihgt') },
    ],
    miss: [
      {
        name: 'the package itself',
        guards: 'what everybody uses',
        fact: packFact('npm', '@modelcontextprotocol/server-github'),
      },
      {
        name: 'same spelling on PyPI',
        guards: 'names PyPI takes as one',
        fact: packFact('pypi', 'MCP_Server.Git'),
      },
      {
        name: 'brother',
        guards: 'families of similar names',
        fact: packFact('npm', '@modelcontextprotocol/server-gitlab'),
      },
      {
        name: 'short name',
        guards: 'honest neighbours of short names',
        fact: packFact('npm', '@stripe/mcpp'),
      },
      {
        name: 'own scope',
        guards: 'forks under a name of their own',
        fact: packFact('npm', '@example/server-filesystem'),
      },
      { name: 'unlike any', guards: 'ordinary packages', fact: packFact('npm', 'example-weather-server') },
    ],
  },
};

function packFact(ecosystem: 'npm' | 'pypi', name: string): InventoryFact {
  return serverFact({
    command: ecosystem === 'npm' ? 'npx' : 'uvx',
    args: [name],
    package: { ecosystem, name, pinned: false },
  });
}
