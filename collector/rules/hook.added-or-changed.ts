import type { Scope } from '../contract/agent.ts';
import type { InventoryFact, Standing } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { assetFact, NO_SHELL, standing } from './shared/example-facts.ts';

export const hookAddedOrChanged: InventoryRule = {
  on: 'inventory',
  id: 'hook.added-or-changed',
  code: 'P-21',
  title: 'Hook or plug-in of an agent is new or changed',
  severity: 'medium',
  confidence: 'high',
  why: 'Hooks and plug-ins run by themselves while the agent works, with all your rights. This one came or changed after this machine was first looked at, and nobody said that it is meant to be there.',
  triage: 'Read what it runs. Did you, a colleague by way of the repository, or an installer add it?',
  advice: 'Approve it when it is yours (`reeve approvals`), otherwise remove it from the file.',
  falsePositives: ['A hook a team shares in its repository, until it is approved once.'],
  references: ['https://atlas.mitre.org/techniques/AML.T0081', 'https://attack.mitre.org/techniques/T1546/'],
  taxonomies: { attack: ['T1546'], atlas: ['AML.T0081'], owasp: [] },
  bundles: ['CHG'],
  match(fact) {
    if (fact.kind !== 'hook' && (fact.kind !== 'asset' || fact.asset.kind !== 'plugin')) return [];
    const { asset, standing: now } = fact;
    if (now === undefined) return [];
    const { state } = now;
    if (state === 'approved' || (state === 'new' && now.before)) return [];
    const what = fact.kind === 'hook' ? `The hook "${fact.event}"` : `The plug-in "${asset.name}"`;
    const was = now.was === undefined || now.was === now.is ? '' : `; it was "${now.was}"`;
    return [
      {
        subject: fact.kind === 'hook' ? `${asset.path}#${asset.id}` : asset.path,
        detail: {
          new: `${what} in ${asset.path} was added and nobody decided on it.`,
          changed: `${what} in ${asset.path} changed after it was decided on${was}.`,
          denied: `${what} in ${asset.path} was refused and is still there.`,
        }[state],
        severity: state === 'new' ? 'medium' : 'high',
        ...(fact.kind === 'hook' ? { excerpt: fact.command } : {}),
      },
    ];
  },
  examples: {
    hit: [
      { name: 'came since the first look (medium)', fact: hook(standing('new')) },
      { name: 'came with a repository (medium)', fact: hook(standing('new', { decides: false }), 'project') },
      {
        name: 'changed after it was approved (high)',
        fact: hook(standing('changed', { was: 'Stop: make lint' })),
      },
      { name: 'refused (high)', fact: hook(standing('denied')) },
      {
        name: 'plug-in (medium)',
        fact: assetFact({ kind: 'plugin', name: 'extra' }, { standing: standing('new') }),
      },
    ],
    miss: [
      { name: 'approved', guards: 'hooks people looked at', fact: hook(standing('approved')) },
      {
        name: 'here from the beginning',
        guards: 'a machine that is looked at for the first time',
        fact: hook(standing('new', { before: true })),
      },
      { name: 'single scan', guards: 'a look without a memory', fact: hook(undefined) },
      {
        name: 'skill',
        guards: 'texts that run nothing by themselves',
        fact: assetFact({}, { standing: standing('new') }),
      },
    ],
  },
};

function hook(now: Standing | undefined, scope: Scope = 'user'): InventoryFact {
  const { asset } = assetFact({ id: 'hook:1', kind: 'hook', name: 'Stop', scope });
  return {
    kind: 'hook',
    asset: { ...asset, path: '/home/dev/.claude/settings.json' },
    event: 'Stop',
    command: 'node notify.js',
    shell: NO_SHELL,
    ...(now !== undefined && { standing: now }),
  };
}
