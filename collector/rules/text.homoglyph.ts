import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { serverFact } from './shared/example-facts.ts';
import { parseUrl } from './shared/hosts.ts';

const LATIN = /\p{Script=Latin}/u;
/** Scripts with letters that look like Latin ones. */
const TWIN = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
/** Letters of mathematics and wide forms: no language writes words with them. */
const FANCY = /[\u{1d400}-\u{1d7ff}\uff21-\uff3a\uff41-\uff5a]/u;
const PUNYCODE = /(?:^|\.)xn--/;

export const textHomoglyph: InventoryRule = {
  on: 'inventory',
  id: 'text.homoglyph',
  code: 'I-17',
  title: 'Name mixes letters that look alike',
  severity: 'medium',
  confidence: 'high',
  why: 'The name has a letter of another alphabet that looks like an ordinary one. People take it for the name they know.',
  triage: 'Compare the name letter by letter with the one you meant, and find out who added it.',
  advice: 'Remove the entry and write the name by hand.',
  falsePositives: ['Names that mix two languages on purpose.'],
  references: ['https://attack.mitre.org/techniques/T1036/'],
  taxonomies: { attack: ['T1036'], atlas: ['AML.T0074'], owasp: [] },
  bundles: ['SUP'],
  match(fact) {
    const odd = namesOf(fact).find(({ name }) => isMixed(name));
    if (odd === undefined) return [];
    return [
      {
        subject: odd.name,
        detail: `The ${odd.what} "${odd.name}" has letters that only look like Latin ones.`,
        severity: odd.what === 'name' ? 'medium' : 'high',
      },
    ];
  },
  examples: {
    hit: [
      { name: 'Cyrillic letter in a server (medium)', fact: serverFact({ name: 'gith\u0443b' }) },
      {
        name: 'Greek letter in a package (high)',
        fact: serverFact({ package: { ecosystem: 'npm', name: 'mcp-rem\u03bfte', pinned: true } }),
      },
      { name: 'letter in an address (high)', fact: serverFact({ url: 'https://mcp.line\u0430r.example/' }) },
      { name: 'skill (medium)', fact: assetFact('d\u0435ploy') },
      { name: 'letters of mathematics (medium)', fact: assetFact('\u{1d41d}eploy') },
    ],
    miss: [
      { name: 'Latin', guards: 'ordinary names', fact: serverFact({ name: 'github' }) },
      { name: 'Russian', guards: 'names in another language', fact: assetFact('заметки') },
      { name: 'accents', guards: 'Latin letters with marks', fact: assetFact('übersetzung') },
      {
        name: 'two words in two languages',
        guards: 'words of different scripts side by side',
        fact: assetFact('git-заметки'),
      },
      { name: 'Japanese with Latin', guards: 'scripts without twins', fact: assetFact('gitメモ') },
      {
        name: 'address',
        guards: 'ordinary addresses',
        fact: serverFact({ url: 'https://mcp.example.com/' }),
      },
    ],
  },
};

function assetFact(name: string): InventoryFact {
  return {
    kind: 'asset',
    asset: {
      id: 'skill:1',
      kind: 'skill',
      name,
      agentIds: ['claude-code'],
      scope: 'user',
      path: '/home/dev/.claude/skills/x/SKILL.md',
    },
  };
}

interface Named {
  readonly what: 'name' | 'package' | 'address';
  readonly name: string;
}

function namesOf(fact: InventoryFact): Named[] {
  if (fact.kind === 'asset') return [{ what: 'name', name: fact.asset.name.slice(0, 200) }];
  if (fact.kind !== 'mcp-server') return [];
  const { name, package: pack, url } = fact.server;
  return [
    { what: 'name', name: name.slice(0, 200) },
    ...(pack === undefined ? [] : [{ what: 'package' as const, name: pack.name.slice(0, 200) }]),
    ...(url === undefined ? [] : [{ what: 'address' as const, name: hostAsWritten(url) }]),
  ];
}

/** Parsing turns the letters into punycode; the look of the name is what counts. */
function hostAsWritten(url: string): string {
  const written = /^[a-z]{2,6}:\/\/([^/?#]{1,253})/i.exec(url)?.[1] ?? '';
  const host = parseUrl(url)?.host ?? '';
  return PUNYCODE.test(host) && !PUNYCODE.test(written) ? written : host;
}

function isMixed(name: string): boolean {
  return name
    .split(/[^\p{L}\p{M}]+/u)
    .some((word) => LATIN.test(word.replace(FANCY, '')) && (TWIN.test(word) || FANCY.test(word)));
}
