import type { Asset } from '../contract/agent.ts';
import type { InventoryRule } from './rule.ts';
import { assetFact, standing } from './shared/example-facts.ts';

const TEXTS: ReadonlySet<Asset['kind']> = new Set(['skill', 'instructions', 'subagent', 'command']);
const PACKAGE = 'an installed package';
/** Folders whose content other people publish and a tool brings in. */
const OF_STRANGERS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)(?:node_modules|bower_components)\//, PACKAGE],
  [/(?:^|\/)(?:site-packages|dist-packages|\.venv|venv)\//, PACKAGE],
  [
    /(?:^|\/)(?:vendor\/(?:bundle|github\.com)|Pods|\.cargo\/registry|go\/pkg\/mod|\.m2\/repository)\//,
    PACKAGE,
  ],
  [/(?:^|\/)Downloads\//, 'the folder for downloads'],
  [
    /^(?:\/private)?(?:\/tmp|\/var\/tmp|\/dev\/shm)\/|\/AppData\/Local\/Temp\//i,
    'a folder for temporary files',
  ],
];

export const instructionUntrustedOrigin: InventoryRule = {
  on: 'inventory',
  id: 'instruction.untrusted-origin',
  code: 'I-18',
  title: 'Agent takes orders from a text a package or download brought',
  severity: 'medium',
  confidence: 'high',
  why: 'This text comes with a package or download, changes with every update of it, and nobody of your team reads it first. The agent follows it as if you had written it.',
  triage: 'Which package is it, who publishes it, and what does the text ask for?',
  advice: 'Copy what you need into a file of your own, or approve the file as it is now (`reeve approvals`).',
  falsePositives: ['A package of your own team that brings its rules along.'],
  references: [
    'https://attack.mitre.org/techniques/T1195/001/',
    'https://atlas.mitre.org/techniques/AML.T0051',
  ],
  taxonomies: { attack: ['T1195.001'], atlas: ['AML.T0051.002'], owasp: ['ASI04'] },
  bundles: ['CHG', 'SUP'],
  match(fact) {
    if (fact.kind !== 'asset' || !TEXTS.has(fact.asset.kind) || fact.standing?.state === 'approved')
      return [];
    const { asset, realPath = asset.path, imports = [] } = fact;
    // A plug-in's own files lie where its installer put them: the plug-in is what is decided on.
    const own = asset.scope === 'plugin' ? undefined : newOrigin(asset.path, realPath);
    if (own !== undefined)
      return [
        {
          subject: asset.path,
          detail: `${asset.path}${realPath === asset.path ? '' : ` (a link to ${realPath})`} is loaded from ${own}.`,
        },
      ];
    const taken = imports.find((path) => newOrigin(asset.path, path) !== undefined);
    return taken === undefined
      ? []
      : [{ subject: asset.path, detail: `${asset.path} takes in ${taken}, from ${originOf(taken) ?? ''}.` }];
  },
  examples: {
    hit: [
      {
        name: 'skill linked into a package',
        fact: assetFact({}, { realPath: '/home/dev/app/node_modules/some-kit/skills/deploy/SKILL.md' }),
      },
      {
        name: 'project inside a package',
        fact: assetFact({ kind: 'instructions', path: '/home/dev/app/node_modules/x/AGENTS.md' }),
      },
      {
        name: 'taken in by the team\u2019s own file',
        fact: assetFact(
          { kind: 'instructions', path: '/home/dev/app/CLAUDE.md' },
          { imports: ['docs/a.md', 'node_modules/x/AGENTS.md'] },
        ),
      },
      {
        name: 'link into downloads',
        fact: assetFact({ kind: 'command' }, { realPath: '/home/dev/Downloads/pack/commands/fix.md' }),
      },
      {
        name: 'Python package',
        fact: assetFact(
          { kind: 'subagent' },
          { realPath: '/home/dev/app/.venv/lib/python3.12/site-packages/x/agent.md' },
        ),
      },
    ],
    miss: [
      { name: 'own skill', guards: 'files of the user', fact: assetFact({}) },
      {
        name: 'link into dotfiles',
        guards: 'a repository of one\u2019s own',
        fact: assetFact({}, { realPath: '/home/dev/dotfiles/skills/deploy/SKILL.md' }),
      },
      {
        name: 'plug-in',
        guards: 'what is decided on as a whole',
        fact: assetFact({
          scope: 'plugin',
          path: '/home/dev/.claude/plugins/cache/m/node_modules/x/SKILL.md',
        }),
      },
      {
        name: 'approved',
        guards: 'texts people looked at',
        fact: assetFact(
          {},
          { realPath: '/home/dev/app/node_modules/x/SKILL.md', standing: standing('approved') },
        ),
      },
      {
        name: 'project in a scratch folder',
        guards: 'work that is thrown away',
        fact: assetFact({ kind: 'instructions', path: '/tmp/try/AGENTS.md' }),
      },
      {
        name: 'own documents',
        guards: 'texts split into files',
        fact: assetFact({ kind: 'instructions' }, { imports: ['docs/style.md', '~/.claude/team.md'] }),
      },
    ],
  },
};

/** Work in a scratch folder is at home there; a text of a package is foreign wherever the project lies. */
function newOrigin(own: string, path: string): string | undefined {
  const origin = originOf(path);
  return origin === PACKAGE || origin !== originOf(own) ? origin : undefined;
}

function originOf(path: string): string | undefined {
  const unified = path.replaceAll('\\', '/');
  return OF_STRANGERS.find(([pattern]) => pattern.test(unified))?.[1];
}
