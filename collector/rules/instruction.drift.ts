import type { Asset } from '../contract/agent.ts';
import type { InventoryRule } from './rule.ts';
import { assetFact, standing } from './shared/example-facts.ts';

const TEXTS: ReadonlySet<Asset['kind']> = new Set([
  'skill',
  'instructions',
  'subagent',
  'command',
  'extension',
]);
const WORDS: Readonly<Record<Asset['kind'], string>> = {
  skill: 'skill',
  instructions: 'instruction file',
  subagent: 'sub-agent',
  command: 'command',
  extension: 'extension',
  marketplace: 'plug-in marketplace',
  plugin: 'plug-in',
  hook: 'hook',
};

export const instructionDrift: InventoryRule = {
  on: 'inventory',
  id: 'instruction.drift',
  code: 'I-15',
  title: 'Instructions changed after somebody decided on them',
  severity: 'medium',
  confidence: 'high',
  why: 'The agent follows this text. It is not the text, or not the folder, that a person looked at and decided on.',
  triage: 'Compare it with the version in the repository or in your backup, and look who changed it.',
  advice: 'Read the new version and approve it (`reeve approvals`), or put the old one back.',
  falsePositives: ['Your own edit of a file you approved before.'],
  references: [
    'https://atlas.mitre.org/techniques/AML.T0109',
    'https://atlas.mitre.org/techniques/AML.T0080',
  ],
  taxonomies: { attack: [], atlas: ['AML.T0109', 'AML.T0080'], owasp: ['ASI06'] },
  bundles: ['CHG'],
  match(fact) {
    if (fact.kind !== 'asset' || !TEXTS.has(fact.asset.kind)) return [];
    const { asset, standing: now, suspect } = fact;
    const what = `The ${WORDS[asset.kind]} "${asset.name}" (${asset.path})`;
    if (now?.state === 'denied')
      return [
        {
          subject: asset.path,
          detail: `${what} was refused and is still where agents read it.`,
          severity: 'high',
        },
      ];
    if (now?.state !== 'changed') return [];
    return [
      {
        subject: asset.path,
        detail: `${what} changed after it was decided on${suspect === true ? ', and it has orders now that another rule warns of' : ''}.`,
        severity: suspect === true ? 'high' : 'medium',
      },
    ];
  },
  examples: {
    hit: [
      { name: 'skill (medium)', fact: assetFact({}, { standing: standing('changed') }) },
      {
        name: 'memory of an agent (medium)',
        fact: assetFact({ kind: 'instructions', name: 'MEMORY' }, { standing: standing('changed') }),
      },
      {
        name: 'with bad orders in it (high)',
        fact: assetFact({ kind: 'subagent' }, { standing: standing('changed'), suspect: true }),
      },
      { name: 'refused and still there (high)', fact: assetFact({}, { standing: standing('denied') }) },
    ],
    miss: [
      {
        name: 'approved',
        guards: 'what did not change',
        fact: assetFact({}, { standing: standing('approved') }),
      },
      {
        name: 'never decided on',
        guards: 'everyday edits of files nobody pinned',
        fact: assetFact({}, { standing: standing('new') }),
      },
      {
        name: 'plug-in',
        guards: 'what another rule tells',
        fact: assetFact({ kind: 'plugin' }, { standing: standing('changed') }),
      },
      { name: 'single scan', guards: 'a look without a memory', fact: assetFact({}) },
    ],
  },
};
