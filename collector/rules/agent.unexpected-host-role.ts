import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { runningFact } from './shared/example-facts.ts';

export const agentUnexpectedHostRole: InventoryRule = {
  on: 'inventory',
  id: 'agent.unexpected-host-role',
  code: 'P-31',
  title: 'Agent runs with the account that may do everything',
  severity: 'high',
  confidence: 'medium',
  why: 'Under this account no file, service or user of the machine is out of reach, and no question of the system stops a mistake. Coding agents belong to the account of a person.',
  triage: 'Is this a server or a shared machine? Who started the agent, and why as this user?',
  advice: 'End it and start it under an ordinary account, or inside a container.',
  falsePositives: ['A throw-away virtual machine that has no other account.'],
  references: ['https://atlas.mitre.org/techniques/AML.T0103'],
  taxonomies: { attack: ['T1078.003'], atlas: ['AML.T0103'], owasp: ['ASI03'] },
  bundles: ['INV', 'MON'],
  match(fact) {
    if (fact.kind !== 'running-agent' || fact.superuser !== true || fact.contained === true) return [];
    return [
      {
        subject: fact.agentId,
        detail: `${fact.agentId} runs as the administrator of the machine (process ${fact.pid}).`,
      },
    ];
  },
  examples: {
    hit: [
      { name: 'command line', fact: as(['claude'], { superuser: true }) },
      { name: 'behind a runtime', fact: as(['node', '/usr/lib/node_modules/codex'], { superuser: true }) },
      { name: 'of a service', fact: as(['goosed', 'agent'], { superuser: true, contained: false }) },
      { name: 'unattended', fact: as(['claude', '-p', 'update'], { superuser: true }) },
    ],
    miss: [
      { name: 'person', guards: 'ordinary use', fact: as(['claude'], { superuser: false }) },
      { name: 'not known', guards: 'processes of others', fact: as(['claude'], {}) },
      {
        name: 'container',
        guards: 'dev containers, whose only user is root',
        fact: as(['claude'], { superuser: true, contained: true }),
      },
      {
        name: 'word in the arguments',
        guards: 'prompts about root',
        fact: as(['claude', '-p', 'why is root needed'], {}),
      },
    ],
  },
};

function as(
  argv: readonly string[],
  more: { readonly superuser?: boolean; readonly contained?: boolean },
): InventoryFact {
  return { ...runningFact('claude-code', argv), ...more };
}
