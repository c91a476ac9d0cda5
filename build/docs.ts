/** Writes the reference pages that are made from the registries: `npm run docs`. A test tells when one is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { AGENTS } from '../collector/agents/index.ts';
import { controlsOf } from '../collector/contract/controls.ts';
import { coverageOf } from '../collector/coverage.ts';
import { BASELINE_RULES } from '../collector/rules/baselines.ts';
import { RULES } from '../collector/rules/index.ts';
import { PROCESS_RULES } from '../collector/rules/processes.ts';
import type { BaselineRule, DetectionRule, EventExample, ProcessRule } from '../collector/rules/rule.ts';

const ROOT = new URL('../', import.meta.url);
type Rule = DetectionRule | ProcessRule | BaselineRule;

const GROUPS: readonly { readonly letter: string; readonly title: string; readonly text: string }[] = [
  { letter: 'P', title: 'Posture', text: 'How agents, MCP servers and credentials are set up.' },
  { letter: 'I', title: 'Instructions', text: 'Text that agents take orders from.' },
  { letter: 'B', title: 'Behaviour', text: 'What agents do, call by call and over a session.' },
  { letter: 'N', title: 'Processes and network', text: 'What ran and what it connected to.' },
  {
    letter: 'D',
    title: 'Deviation from what is usual',
    text: 'Judged together, run by run: [baseline.md](baseline.md) tells how.',
  },
];

export function detectionsPage(): string {
  const rules: readonly Rule[] = [...RULES, ...PROCESS_RULES, ...BASELINE_RULES];
  const sections = GROUPS.flatMap(({ letter, title, text }) => {
    const own = rules
      .filter((rule) => rule.code.startsWith(letter))
      .sort((a, b) => (a.code < b.code ? -1 : 1));
    return [`## ${title}`, text, table(own), ...own.map(section)];
  });
  return [
    '# Detections',
    `${String(rules.length)} rules. This page is made from the rules themselves (\`npm run docs\`); every example below is run by the tests. \`reeve rules explain ID\` shows the same for one rule, [rules.md](rules.md) tells how to write your own.`,
    ...sections,
  ].join('\n\n');
}

function table(rules: readonly Rule[]): string {
  const rows = rules.map(
    (rule) =>
      `| ${rule.code} | [\`${rule.id}\`](#${anchor(rule)}) | ${rule.severity} | ${text(rule.title)} |`,
  );
  return ['| Code | Rule | Severity | What |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function anchor(rule: Rule): string {
  return `${rule.code} ${rule.id}`
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

function section(rule: Rule): string {
  const { attack, atlas, owasp } = rule.taxonomies;
  return [
    `### ${rule.code} ${rule.id}`,
    `**${text(rule.title)}.** ${text(rule.why)}`,
    [
      `- Severity ${rule.severity}, confidence ${rule.confidence}; looks at ${LOOKS_AT[rule.on]}.`,
      `- Look at first: ${text(rule.triage)}`,
      `- What to do: ${text(rule.advice)}`,
      ...rule.falsePositives.map((line) => `- May be wrong: ${text(line)}`),
      ...otherDays(rule),
      `- Taxonomy: ${[...attack, ...atlas, ...owasp].join(', ')}`,
      `- Controls: ${controlsOf(rule.bundles).join('; ')}`,
    ].join('\n'),
    `Fires on: ${names(rule.examples.hit)}.`,
    `Stays silent on: ${names(rule.examples.miss)}.`,
  ].join('\n\n');
}

function otherDays(rule: Rule): string[] {
  const may = rule.on === 'event' ? (rule.habit ?? []) : [];
  const words = may.map((what) =>
    what === 'lower' ? 'one severity less when done day after day' : 'more certain when new',
  );
  return may.length === 0
    ? []
    : [`- Other days in the project: ${words.join('; ')} ([how](findings.md#daily-or-for-the-first-time)).`];
}

const LOOKS_AT: Readonly<Record<Rule['on'], string>> = {
  event: 'tool calls in session logs',
  inventory: 'configuration found on the machine',
  text: 'instruction files, skills, MCP descriptions and tool results',
  process: 'the process table and connections',
  baseline: 'what was learned from earlier runs',
};

function names(examples: readonly Pick<EventExample, 'name' | 'guards'>[]): string {
  return examples
    .map(({ name, guards }) => text(guards === undefined ? name : `${name} (${guards})`))
    .join('; ');
}

/** Words of rules hold characters that Markdown would take for itself. */
function text(words: string): string {
  return words.replace(/[\\`*_{}[\]<>|#]/g, (char) => `\\${char}`).replace(/\s+/g, ' ');
}

export function coveragePage(): string {
  const products = coverageOf(AGENTS);
  const mark = (is: boolean): string => (is ? '●' : '');
  const rows = products.map(
    (one) =>
      `| ${one.name} | ${one.vendor} | ${one.kind} | ${one.platforms.length === 3 ? '' : one.platforms.join(', ')} | ${String(one.installs)} | ${mark(one.mcp)} | ${String(one.configs)} | ${one.logs.map((id) => `\`${id}\``).join(' ')} | ${String(one.credentials)} | ${one.assets.join(', ')} | ${one.gate} | ${one.evidence} |`,
  );
  return [
    '# Coverage',
    `${String(products.length)} products; session logs of ${String(products.filter((one) => one.logs.length > 0).length)}. This page is made from the declarations (\`npm run docs\`); \`reeve coverage --json\` prints the same.`,
    '| Product | Vendor | Kind | Only on | Ways to see it | MCP servers | Config files | Session logs | Credential places | Steered by | Gate | Evidence |\n| --- | --- | --- | --- | --: | :-: | --: | --- | --: | --- | --- | --- |\n' +
      rows.join('\n'),
    '**Gate**: how another program could stop a tool call of this product before it runs: `http` posts to an address, `hook` starts a program or plug-in, `file` rules only. Reeve installs no gate yet.',
    "**Evidence**: where our facts come from: `code` the product's own code or package, `docs` the vendor's documentation, `reports` what other open-source readers of the product found. What is not `code` may be wrong for your version; a file that reads differently is told as health, and counted.",
  ].join('\n\n');
}

/** Packages the window is built with; everything else among the devDependencies only builds and tests. */
const WINDOW = /^(?:@base-ui|@tanstack|@visx|@xyflow|elkjs|lucide-react|react|react-dom)(?:\/|$)/;

export function packagesPage(): string {
  const manifest = z
    .object({
      dependencies: z.record(z.string(), z.string()),
      devDependencies: z.record(z.string(), z.string()),
      optionalDependencies: z.record(z.string(), z.string()),
    })
    .parse(readJson('package.json'));
  const rows = [
    ...Object.keys(manifest.dependencies).map((name) => [name, 'collector'] as const),
    ...Object.keys(manifest.optionalDependencies).map((name) => [name, 'collector, optional'] as const),
    ...Object.keys(manifest.devDependencies)
      .filter((name) => WINDOW.test(name))
      .map((name) => [name, 'window'] as const),
  ].map(([name, part]) => {
    const { version, license } = z
      .object({ version: z.string(), license: z.string().default('see the package') })
      .parse(readJson(`node_modules/${name}/package.json`));
    return `| \`${name}\` | ${version} | ${license} | ${part} |`;
  });
  return [
    '# Packages Reeve ships',
    'Each comes with its licence text in its own folder below `node_modules`. This page is made from the manifests (`npm run docs`); what else is owed to others is in [third-party-notices.md](third-party-notices.md).',
    `| Package | Version | Licence | Part |\n| --- | --- | --- | --- |\n${rows.join('\n')}`,
  ].join('\n\n');
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));
}

const PAGES: Readonly<Record<string, () => string>> = {
  'docs/coverage.md': coveragePage,
  'docs/detections.md': detectionsPage,
  'docs/packages.md': packagesPage,
};

/** Pages whose file is not what the registries say now. */
export async function stalePages(): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, make] of Object.entries(PAGES))
    if ((await rendered(path, make)) !== current(path)) stale.push(path);
  return stale;
}

async function rendered(path: string, make: () => string): Promise<string> {
  const file = new URL(path, ROOT).pathname;
  return format(make(), { ...(await resolveConfig(file)), filepath: file });
}

function current(path: string): string {
  try {
    return readFileSync(new URL(path, ROOT), 'utf8');
  } catch {
    return '';
  }
}

if (import.meta.main) {
  for (const [path, make] of Object.entries(PAGES))
    writeFileSync(new URL(path, ROOT), await rendered(path, make));
}
