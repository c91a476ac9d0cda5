import { lstatSync, readdirSync, readFileSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AdvisoryPack } from './contract/advisory.ts';
import type { Platform } from './platform/platform.ts';
import { loadPacks, packFiles, packPlace, type PackPlace, type PackProblem } from './data-packs.ts';
import { componentRule } from './rules/component.vulnerable-or-malicious.ts';
import { BUILT_IN_PACK } from './rules/data/advisories.ts';
import { RULES } from './rules/index.ts';
import type { RuleProblem } from './rules/organisation/parse-rules.ts';
import type { DetectionRule, EventRule } from './rules/rule.ts';

/** Text of one file with rules of an organisation; small enough to hand to a reading thread. */
export interface RuleSource {
  readonly path: string;
  readonly text: string;
}

export interface RuleSet {
  /** Built-in rules first, then those of the organisation. A new array whenever anything changed. */
  readonly rules: readonly DetectionRule[];
  readonly organisation: readonly { readonly rule: EventRule; readonly path: string }[];
  readonly problems: readonly RuleProblem[];
  /** Packs of knowledge that are not used, and why. */
  readonly packProblems: readonly PackProblem[];
  /** The newest version of such knowledge that was ever in use; absent when only the built-in one was. */
  readonly packVersion?: number;
  readonly sources: readonly RuleSource[];
  /** Equal as long as no file was added, removed or changed. */
  readonly signature: string;
}

const MAX_FILES = 200;
const MAX_FILE_BYTES = 256 * 1024;
const MAX_RULES = 500;

/** The administrator's folder first: of two rules with one id the first wins. */
export function ruleFolders(platform: Platform): readonly string[] {
  const { policyFile, configDir } = platform.folders;
  return [join(dirname(policyFile), 'rules'), join(configDir, 'rules')];
}

/** Built-in rules only; for places that were given no folder. */
export const BUILT_IN: RuleSet = {
  rules: RULES,
  organisation: [],
  problems: [],
  packProblems: [],
  sources: [],
  signature: '',
};

/** To load with when nothing was loaded before. @param packVersion of a data pack that was in use some time; 0 for none */
export function startingWith(packVersion: number): RuleSet {
  return packVersion === 0 ? BUILT_IN : { ...BUILT_IN, packVersion };
}

/**
 * Reads the rules of an organisation from its folders. What cannot be used is in `problems`, with file and line, and
 * stops nothing else. Never rejects; links, devices and files others may write to are refused.
 * @param before returned as it is when nothing changed on disk
 */
export async function loadRuleSet(
  folders: readonly string[],
  before: RuleSet = BUILT_IN,
  nowMs: number = Date.now(),
): Promise<RuleSet> {
  const problems: RuleProblem[] = [];
  const files = folders.flatMap((folder) => filesIn(folder, problems)).slice(0, MAX_FILES);
  const place = folders[0] === undefined ? undefined : packPlace(folders[0]);
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const signature = [
    ...(place === undefined ? [] : stampsOf(place, today, before.packVersion ?? 0)),
    ...files.map(
      ({ path, stat }) => `${path}\0${String(stat.mtimeMs)}\0${String(stat.size)}\0${String(stat.ino)}`,
    ),
    ...problems.map(({ path, reason }) => `${path}\0${reason}`),
  ].join('\n');
  if (signature === before.signature) return before;
  const sources = files.flatMap(({ path }) => {
    try {
      return [{ path, text: readFileSync(path, 'utf8').replace(/^\ufeff/, '') }];
    } catch {
      problems.push({ path, line: 1, reason: 'cannot be read; check its owner and permissions' });
      return [];
    }
  });
  const parsed = await rulesOf(sources);
  const packs =
    place === undefined
      ? undefined
      : loadPacks(place, BUILT_IN_PACK, { today, newest: before.packVersion ?? 0 });
  return {
    ...parsed,
    rules: packs === undefined ? parsed.rules : withPack(parsed.rules, packs.pack),
    problems: [...problems, ...parsed.problems],
    packProblems: packs?.problems ?? [],
    packVersion: Math.max(
      before.packVersion ?? 0,
      packs === undefined || packs.pack.version === BUILT_IN_PACK.version ? 0 : packs.pack.version,
    ),
    sources,
    signature,
  };
}

/** The policy counts too: it holds the key; and the day, on which a pack may end. Nothing to look at without packs. */
function stampsOf(place: PackPlace, today: string, newest: number): string[] {
  const files = packFiles(place);
  if (files.length === 0) return newest > BUILT_IN_PACK.version ? [`without ${String(newest)}`] : [];
  return [today, ...[...files.flatMap((path) => [path, `${path}.sig`]), place.policyFile].map(stampOf)];
}

function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = lstatSync(path);
    return `${path}\0${String(mtimeMs)}\0${String(size)}\0${String(ino)}`;
  } catch {
    return path;
  }
}

function withPack(rules: readonly DetectionRule[], pack: AdvisoryPack): readonly DetectionRule[] {
  if (pack === BUILT_IN_PACK) return rules;
  const newer = componentRule(pack);
  return rules.map((rule) => (rule.id === newer.id ? newer : rule));
}

/** The same rules from texts that were read before. */
export async function rulesOf(
  sources: readonly RuleSource[],
): Promise<Omit<RuleSet, 'sources' | 'signature'>> {
  if (sources.length === 0) return BUILT_IN;
  // Most machines have no such rules: the languages they are written in are loaded when there are some.
  const { parseRules } = await import('./rules/organisation/parse-rules.ts');
  const problems: RuleProblem[] = [];
  const organisation: { rule: EventRule; path: string }[] = [];
  const taken = new Map<string, string>(RULES.map((rule) => [rule.id, 'a built-in rule']));
  for (const { path, text } of sources) {
    const parsed = parseRules(path, text);
    problems.push(...parsed.problems);
    for (const { rule, line } of parsed.rules) {
      const other = taken.get(rule.id);
      if (other !== undefined) problems.push({ path, line, reason: `id: ${rule.id} is taken by ${other}` });
      else if (organisation.length >= MAX_RULES)
        problems.push({ path, line, reason: `more than ${String(MAX_RULES)} rules; this one is not used` });
      else {
        taken.set(rule.id, path);
        organisation.push({ rule, path });
      }
    }
  }
  return {
    rules: [...RULES, ...organisation.map(({ rule }) => rule)],
    organisation,
    problems,
    packProblems: [],
  };
}

function filesIn(folder: string, problems: RuleProblem[]): { readonly path: string; readonly stat: Stats }[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    try {
      const stat = lstatSync(path);
      const reason = refusal(stat);
      if (reason === undefined) return [{ path, stat }];
      problems.push({ path, line: 1, reason });
    } catch {
      // Gone between listing and looking.
    }
    return [];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith('.'))
      .sort();
  } catch {
    // No such folder: no rules of their own.
    return [];
  }
}

/** Who may write a rule may silence or flood this machine's findings. */
function refusal(stat: Stats): string | undefined {
  if (!stat.isFile()) return 'is not an ordinary file; links are not followed';
  if (stat.size > MAX_FILE_BYTES) return `larger than ${String(MAX_FILE_BYTES / 1024)} KiB`;
  if (process.platform !== 'win32' && (stat.mode & 0o002) !== 0)
    return 'everybody may write to it; run chmod o-w';
  return undefined;
}
