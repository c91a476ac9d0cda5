import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';

type Extension = Extract<InventoryFact, { kind: 'extension' }>;

const DAY_MS = 86_400_000;
/** Most bad releases were found and withdrawn within two weeks. */
const NEW_DAYS = 14;
/** Day of the examples. */
const AT = 1_790_000_000_000;

export const extensionRisky: InventoryRule = {
  on: 'inventory',
  id: 'extension.risky',
  code: 'P-33',
  title: 'Editor extension near your agents has several warning signs',
  severity: 'medium',
  confidence: 'medium',
  why: 'Extensions run with your rights, see every file, and can hold the keys of agents. One sign alone is common; together they are how false extensions look.',
  triage: 'Who publishes it, how many use it, and did you mean to install it?',
  advice: 'Remove it unless you know its publisher, and replace the keys it could read.',
  falsePositives: ['An extension your own company hands out as a file.'],
  references: ['https://attack.mitre.org/techniques/T1176/'],
  taxonomies: { attack: ['T1176.002'], atlas: [], owasp: ['ASI04'] },
  bundles: ['SUP'],
  match(fact) {
    if (fact.kind !== 'extension') return [];
    const strong = [
      ...(fact.invisibleCode ? ['its code has characters that do not show'] : []),
      ...(fact.namesake === undefined ? [] : [`it has the name of ${fact.namesake} under another publisher`]),
    ];
    const weak = signsOf(fact);
    if (strong.length === 0 && (weak.length < 2 || !fact.forAgents)) return [];
    const signs = [...strong, ...weak];
    // A name alone may be a fork; code nobody can see is no accident.
    if (!fact.invisibleCode && signs.length < 2) return [];
    return [
      {
        subject: `${fact.editor}:${fact.id}`,
        detail: `The extension ${fact.id} ${fact.version} of ${fact.editor}: ${signs.join(', ')}.`,
        severity: strong.length > 0 ? 'high' : 'medium',
      },
    ];
  },
  examples: {
    hit: [
      { name: 'code that does not show (high)', fact: extension({ invisibleCode: true, forAgents: false }) },
      {
        name: 'false publisher, from a file (high)',
        fact: extension({ namesake: 'saoudrizwan.claude-dev', source: 'file' }),
      },
      {
        name: 'from a file, with servers (medium)',
        fact: extension({ source: 'file', bringsServers: true }),
      },
      {
        name: 'new, holds keys, runs always (medium)',
        fact: extension({ installedMs: AT - 3 * DAY_MS, holdsKeys: true, always: true }),
      },
    ],
    miss: [
      { name: 'ordinary', guards: 'extensions of the gallery', fact: extension({}) },
      { name: 'new', guards: 'something just installed', fact: extension({ installedMs: AT - DAY_MS }) },
      { name: 'from a file', guards: 'extensions of a company', fact: extension({ source: 'file' }) },
      {
        name: 'fork in the gallery',
        guards: 'honest forks',
        fact: extension({ namesake: 'saoudrizwan.claude-dev' }),
      },
      {
        name: 'nothing to do with agents',
        guards: 'themes and languages',
        fact: extension({ forAgents: false, source: 'file', always: true }),
      },
    ],
  },
};

function signsOf(fact: Extension): string[] {
  const { installedMs, observedMs } = fact;
  const days =
    installedMs === undefined ? undefined : Math.max(0, Math.floor((observedMs - installedMs) / DAY_MS));
  // Every extension is new once, and most that help agents hold a key: together they are one sign.
  const fresh = days !== undefined && days < NEW_DAYS && (fact.holdsKeys || fact.bringsServers);
  return [
    ...(fact.source === 'file' ? ['it was installed from a file and not from the gallery'] : []),
    ...(fresh
      ? [`it came ${days} days ago and handles ${fact.holdsKeys ? 'keys' : 'tool servers'} of agents`]
      : []),
    ...(fact.bringsServers && fact.source === 'file' ? ['it brings tool servers along'] : []),
    ...(fact.always ? ['it runs from the start of the editor'] : []),
    ...(fact.preRelease ? ['it is a preview'] : []),
  ];
}

function extension(fields: Partial<Extension>): Extension {
  return {
    kind: 'extension',
    id: 'example.helper',
    editor: 'vscode',
    path: '/home/dev/.vscode/extensions/example.helper-1.0.0',
    version: '1.0.0',
    source: 'gallery',
    installedMs: AT - 200 * DAY_MS,
    observedMs: AT,
    preRelease: false,
    forAgents: true,
    bringsServers: false,
    holdsKeys: false,
    always: false,
    invisibleCode: false,
    ...fields,
  };
}
