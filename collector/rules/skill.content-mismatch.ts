import type { FolderContents, InventoryFact } from '../contract/inventory-fact.ts';
import type { Severity } from '../contract/finding.ts';
import type { InventoryRule } from './rule.ts';
import { assetFact } from './shared/example-facts.ts';

/** Skills of whole offices stay below; what is above is a program or a data set in disguise. */
const MANY_FILES = 1_000;
const MANY_BYTES = 100 * 1024 * 1024;
/** What tools leave in any folder. */
const USUAL_HIDDEN =
  /(?:^|\/)\.(?:gitignore|gitattributes|gitkeep|keep|git|github|editorconfig|DS_Store|npmrc|nvmrc|prettierrc[\w.]{0,10}|eslintrc[\w.]{0,10}|markdownlint[\w.-]{0,20}|python-version|env\.(?:example|sample|template)|claude-plugin|vscode|skillignore|npmignore|dockerignore)(?:\/|$)/;

export const skillContentMismatch: InventoryRule = {
  on: 'inventory',
  id: 'skill.content-mismatch',
  code: 'I-13',
  title: 'Folder of a skill holds things its text does not speak of',
  severity: 'medium',
  confidence: 'medium',
  why: 'A skill is a text with a few scripts. Programs without source, packed files and links out of the folder cannot be read by whoever looks the skill over, but the agent can run or follow them.',
  triage: 'What are these files for, and does the maker of the skill publish their source?',
  advice: 'Delete the skill unless you know its maker; ask for the source of what it brings along.',
  falsePositives: ['Skills that bring a tool of their own, until they are approved.'],
  references: ['https://atlas.mitre.org/techniques/AML.T0110'],
  taxonomies: { attack: ['T1027'], atlas: ['AML.T0110.001'], owasp: ['ASI04'] },
  bundles: ['SUP'],
  match(fact) {
    if (fact.kind !== 'asset' || fact.asset.kind !== 'skill' || fact.standing?.state === 'approved')
      return [];
    const found = [
      ...(fact.contents === undefined ? [] : oddities(fact.contents)),
      ...(fact.tools?.some((tool) => /^(?:\*|Bash\(\*(?::\*)?\))$/.test(tool)) === true
        ? [{ what: 'may use every tool without a question', severity: 'medium' as const }]
        : []),
    ];
    const worst = found.find(({ severity }) => severity === 'high') ?? found[0];
    if (worst === undefined) return [];
    const also = found.length > 1 ? ` (and ${found.length - 1} more things of this kind)` : '';
    return [
      {
        subject: fact.asset.path,
        detail: `The skill "${fact.asset.name}" (${fact.asset.path}) ${worst.what}${also}.`,
        severity: found.length > 2 ? 'high' : worst.severity,
      },
    ];
  },
  examples: {
    hit: [
      { name: 'program nobody mentions (high)', fact: skill({ binaries: ['bin/helper'] }) },
      { name: 'program the text speaks of (medium)', fact: skill({ binaries: ['bin/helper'] }, true) },
      { name: 'compiled Python alone (high)', fact: skill({ bytecode: ['lib/a.pyc'] }) },
      { name: 'packed files (medium)', fact: skill({ archives: ['data.zip'] }) },
      { name: 'link out of the folder (high)', fact: skill({ links: ['notes.md'] }) },
      {
        name: 'script that does not show (medium)',
        fact: skill({ hidden: ['.cache/run.sh'], scripts: ['.cache/run.sh'] }),
      },
      { name: 'every tool (medium)', fact: assetFact({}, { tools: ['*'] }) },
      { name: 'far too many files (medium)', fact: skill({ files: 5_000, cut: true }) },
    ],
    miss: [
      { name: 'text alone', guards: 'ordinary skills', fact: skill({}) },
      {
        name: 'scripts',
        guards: 'skills with tools of their own',
        fact: skill({ scripts: ['scripts/render.py'] }, true),
      },
      {
        name: 'mentioned package',
        guards: 'templates that come packed',
        fact: skill({ archives: ['assets/components.tar.gz'] }, true),
      },
      {
        name: 'files of tools',
        guards: 'what git and editors leave',
        fact: skill({ hidden: ['.gitignore', '.github/workflows/ci.yml'] }),
      },
      {
        name: 'named tools',
        guards: 'skills that need some tools',
        fact: assetFact({}, { tools: ['Read', 'Bash(git diff:*)'] }),
      },
      {
        name: 'approved',
        guards: 'skills people looked at',
        fact: {
          ...skill({ binaries: ['bin/x'] }),
          standing: { state: 'approved', before: true, decides: true, is: '' },
        },
      },
    ],
  },
};

interface Oddity {
  readonly what: string;
  readonly severity: Severity;
}

function oddities(contents: FolderContents): Oddity[] {
  const { binaries, bytecode, archives, links, hidden, scripts, unmentioned, files, sizeBytes } = contents;
  const found: Oddity[] = [];
  const silent = (path: string): boolean => unmentioned.includes(path);
  const binary = binaries.find(silent) ?? binaries[0];
  if (binary !== undefined)
    found.push({
      what: `brings a program without source, ${binary}`,
      severity: silent(binary) ? 'high' : 'medium',
    });
  if (bytecode[0] !== undefined)
    found.push({
      what: `brings compiled Python whose source is not there, ${bytecode[0]}`,
      severity: 'high',
    });
  if (links[0] !== undefined)
    found.push({ what: `has a link that leads out of it, ${links[0]}`, severity: 'high' });
  const archive = archives.find(silent);
  if (archive !== undefined)
    found.push({ what: `brings packed files its text does not mention, ${archive}`, severity: 'medium' });
  const dark = hidden.find(
    (path) => !USUAL_HIDDEN.test(path) && (scripts.includes(path) || binaries.includes(path)),
  );
  if (dark !== undefined)
    found.push({ what: `keeps a script where folders do not show it, ${dark}`, severity: 'medium' });
  if (files > MANY_FILES || sizeBytes > MANY_BYTES)
    found.push({
      what: `is far bigger than a skill (${files} files, ${Math.round(sizeBytes / 1024)} KB)`,
      severity: 'medium',
    });
  return found;
}

function skill(
  fields: Partial<FolderContents>,
  mentioned = false,
): Extract<InventoryFact, { kind: 'asset' }> {
  const contents: FolderContents = {
    files: 3,
    sizeBytes: 9_000,
    scripts: [],
    binaries: [],
    bytecode: [],
    archives: [],
    links: [],
    hidden: [],
    unmentioned: [],
    cut: false,
    ...fields,
  };
  const unmentioned = mentioned ? [] : [...contents.scripts, ...contents.binaries, ...contents.archives];
  return assetFact({}, { contents: { ...contents, unmentioned } });
}
