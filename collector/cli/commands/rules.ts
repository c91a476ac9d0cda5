import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import pc from 'picocolors';
import { controlsOf } from '../../contract/controls.ts';
import { severityRank } from '../../contract/finding.ts';
import { failuresOf } from '../../pipeline/rule-examples.ts';
import { loadRuleSet, ruleFolders, type RuleSet, rulesOf } from '../../rule-set.ts';
import { BASELINE_RULES } from '../../rules/baselines.ts';
import { PROCESS_RULES } from '../../rules/processes.ts';
import type { BaselineRule, DetectionRule, ProcessRule } from '../../rules/rule.ts';
import { type CliContext, CommandError, EXIT, print, printJson } from '../context.ts';
import { frameFor, paintSeverity, renderTable } from '../table.ts';
import { plain, wrap } from '../words.ts';

type AnyRule = DetectionRule | ProcessRule | BaselineRule;

interface Listed {
  readonly rule: AnyRule;
  /** File of an organisation's rule; `built-in` otherwise. */
  readonly source: string;
}

/** `reeve rules list|explain|test`: what is looked for, why, and whether each rule does what it says. */
export function addRulesCommand(program: Command, context: () => CliContext): void {
  const rules = program.command('rules').description('detection rules: built in, and of your organisation');
  rules
    .command('list', { isDefault: true })
    .description('every rule, worst first')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const set = await loadRuleSet(ruleFolders(context().platform));
      const listed = allRules(set);
      if (options.json === true)
        printJson({ schemaVersion: 1, rules: listed.map(describe), problems: set.problems });
      else print(listView(listed));
      tellProblems(set);
    });
  rules
    .command('explain')
    .argument('<id>', 'rule id such as exec.reverse-shell, or its number such as B-13')
    .description('one rule: what it looks for, why, where it may be wrong, with examples')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: true }) => {
      const one = find(allRules(await loadRuleSet(ruleFolders(context().platform))), id);
      if (options.json === true) printJson(describe(one));
      else print(explainView(one));
    });
  rules
    .command('test')
    .argument('[file...]', 'files with rules of your own; default: every rule in use')
    .description("run every rule's own examples")
    .option('--json', 'print JSON')
    .action(async (files: string[], options: { json?: true }) => {
      const set =
        files.length === 0 ? await loadRuleSet(ruleFolders(context().platform)) : await ofFiles(files);
      const listed = files.length === 0 ? allRules(set) : organisationOf(set);
      testRules(listed, set, options.json === true);
    });
}

function allRules(set: RuleSet): Listed[] {
  const builtIn: AnyRule[] = [
    ...set.rules.filter((rule) => !set.organisation.some((own) => own.rule === rule)),
    ...PROCESS_RULES,
    ...BASELINE_RULES,
  ];
  return [...organisationOf(set), ...builtIn.map((rule) => ({ rule, source: 'built-in' }))];
}

function organisationOf(set: RuleSet): Listed[] {
  return set.organisation.map(({ rule, path }) => ({ rule, source: path }));
}

async function ofFiles(files: readonly string[]): Promise<RuleSet> {
  const sources = files.map((file) => {
    const path = resolve(file);
    try {
      return { path, text: readFileSync(path, 'utf8') };
    } catch {
      throw new CommandError(`${path} cannot be read.`, EXIT.usage);
    }
  });
  return { ...(await rulesOf(sources)), sources, signature: '' };
}

function find(listed: readonly Listed[], id: string): Listed {
  const wanted = id.toLowerCase();
  const one = listed.find(({ rule }) => rule.id === wanted || rule.code.toLowerCase() === wanted);
  if (one === undefined) throw new CommandError(`No rule ${id}. \`reeve rules\` lists them.`, EXIT.usage);
  return one;
}

/** Every word of a rule but its code: stable JSON. */
function describe({ rule, source }: Listed): Record<string, unknown> {
  const { id, code, title, severity, confidence, why, triage, advice } = rule;
  return {
    id,
    code,
    title,
    on: rule.on,
    severity,
    confidence,
    why,
    triage,
    advice,
    falsePositives: rule.falsePositives,
    references: rule.references,
    taxonomies: rule.taxonomies,
    bundles: rule.bundles,
    controls: controlsOf(rule.bundles),
    source,
    examples: { hit: rule.examples.hit.length, miss: rule.examples.miss.length },
  };
}

function listView(listed: readonly Listed[]): string {
  const { width } = frameFor(homedir());
  const sorted = [...listed].sort((a, b) => severityRank(b.rule.severity) - severityRank(a.rule.severity));
  return renderTable(
    [
      { title: 'SEVERITY' },
      { title: 'CODE' },
      { title: 'RULE', flexible: true },
      { title: 'WHAT', flexible: true },
    ],
    sorted.map(({ rule }) => [
      { text: rule.severity, paint: paintSeverity(rule.severity) },
      rule.code,
      rule.id,
      rule.title,
    ]),
    width,
  );
}

function explainView(one: Listed): string {
  const { rule, source } = one;
  const { width } = frameFor(homedir());
  const part = (title: string, texts: readonly string[]): string[] =>
    texts.length === 0 ? [] : ['', pc.bold(title), ...texts.flatMap((text) => wrap(plain(text), width))];
  const { attack, atlas, owasp } = rule.taxonomies;
  const taxonomy = [...attack, ...atlas, ...owasp].join(', ');
  return [
    `${paintSeverity(rule.severity)(rule.severity.toUpperCase())}  ${pc.bold(plain(rule.title))}`,
    pc.dim(plain(`${rule.code} ${rule.id} · ${rule.confidence} confidence · ${source}`)),
    ...part('Why it matters', [rule.why]),
    ...part('Look at first', [rule.triage]),
    ...part('What to do', [rule.advice]),
    ...part('May be wrong when', rule.falsePositives),
    ...part('Fires on', namesOf(rule.examples.hit)),
    ...part('Stays silent on', namesOf(rule.examples.miss)),
    ...part('Taxonomy', taxonomy === '' ? [] : [taxonomy]),
    ...part('Controls it gives evidence for', [controlsOf(rule.bundles).join(', ')]),
    ...part('References', rule.references),
  ].join('\n');
}

function namesOf(examples: readonly { readonly name: string; readonly guards?: string }[]): string[] {
  return examples.map(({ name, guards }) => `- ${name}${guards === undefined ? '' : ` (${guards})`}`);
}

function testRules(listed: readonly Listed[], set: RuleSet, json: boolean): void {
  const results = listed.map(({ rule, source }) => ({ id: rule.id, source, failures: failuresOf(rule) }));
  const failed = results.filter(({ failures }) => failures.length > 0);
  const examples = listed.reduce(
    (sum, { rule }) => sum + rule.examples.hit.length + rule.examples.miss.length,
    0,
  );
  if (json) printJson({ schemaVersion: 1, rules: results, problems: set.problems, examples });
  else {
    for (const { id, source, failures } of failed) {
      for (const { example, kind, reason } of failures)
        print(plain(`${pc.red('failed')} ${id} (${source}): ${kind} "${example}": ${reason}`));
    }
    print(
      `${String(listed.length)} rules, ${String(examples)} examples, ${String(failed.length)} rules failed.`,
    );
  }
  tellProblems(set);
  if (failed.length > 0 || set.problems.length > 0) process.exitCode = EXIT.findings;
}

function tellProblems(set: RuleSet): void {
  for (const { path, line, reason } of set.problems)
    process.stderr.write(`${plain(`${path}:${String(line)}: ${reason}`)}\n`);
}
