import type { AgentRecord } from '../contract/agent.ts';
import type { InventoryFact, Standing } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { standing } from './shared/example-facts.ts';

export const agentShadow: InventoryRule = {
  on: 'inventory',
  id: 'agent.shadow',
  code: 'P-30',
  title: 'Agent that nobody approved, or that was refused',
  severity: 'medium',
  confidence: 'high',
  why: 'People on this machine decide which agents may be used. This one is here without such a decision, or against it: what it sends where, and under which contract, was never looked at.',
  triage: 'Is it in use, under which account, and who installed it?',
  advice: 'Decide with `reeve approvals`; when the answer is no, remove the program and its tokens.',
  falsePositives: ['An agent that was installed a moment ago and waits for its decision.'],
  references: ['https://atlas.mitre.org/techniques/AML.T0103'],
  taxonomies: { attack: [], atlas: ['AML.T0103'], owasp: ['ASI10'] },
  bundles: ['INV'],
  match(fact) {
    if (fact.kind !== 'agent') return [];
    const { agent, standing: now } = fact;
    const refused = agent.sanction === 'unsanctioned' || now?.state === 'denied';
    const open = now?.decides === true && (now.state === 'new' || now.state === 'changed');
    if (agent.sanction === 'sanctioned' || (!refused && !open)) return [];
    const used = agent.running.length > 0 ? ', and it is running' : '';
    return [
      {
        subject: agent.id,
        detail: refused
          ? `${agent.name} was refused and is still on this machine${used}.`
          : now?.state === 'changed'
            ? `${agent.name} is installed in another place or way than when it was decided on${used}.`
            : `${agent.name} (${agent.vendor}) is on this machine and was not decided on${used}.`,
        severity: refused ? 'high' : 'medium',
      },
    ];
  },
  examples: {
    hit: [
      { name: 'undecided (medium)', fact: agent(standing('new')) },
      { name: 'undecided since the first look (medium)', fact: agent(standing('new', { before: true })) },
      { name: 'refused (high)', fact: agent(standing('denied')) },
      { name: 'somewhere else now (medium)', fact: agent(standing('changed')) },
      { name: 'against the policy (high)', fact: agent(undefined, { sanction: 'unsanctioned' }) },
    ],
    miss: [
      { name: 'approved', guards: 'agents of the list', fact: agent(standing('approved')) },
      {
        name: 'nobody decides here',
        guards: 'machines where approvals are not used',
        fact: agent(standing('new', { decides: false })),
      },
      {
        name: 'sanctioned by policy',
        guards: 'agents a policy names',
        fact: agent(standing('new'), { sanction: 'sanctioned' }),
      },
      { name: 'single scan', guards: 'a look without a memory', fact: agent(undefined) },
    ],
  },
};

function agent(now: Standing | undefined, more: Partial<AgentRecord> = {}): InventoryFact {
  return {
    kind: 'agent',
    agent: {
      id: 'goose',
      name: 'Goose',
      vendor: 'Block',
      kind: 'cli',
      sanction: 'unknown',
      accounts: [],
      installs: [{ path: '/usr/local/bin/goose', method: 'command' }],
      running: [],
      configFiles: [],
      settings: {},
      ...more,
    },
    ...(now !== undefined && { standing: now }),
  };
}
