import { controlsOf } from '../contract/controls.ts';
import { type Evidence, type Finding, SEVERITIES, severityRank } from '../contract/finding.ts';
import { type Recipe, RECIPES } from '../rules/recipes.ts';

/** A finding with the run it belongs to. */
export interface Placed {
  readonly finding: Finding;
  /** Root session, or what stands for one when the finding comes from none. */
  readonly run: string;
}

/** What is known of the last findings of a machine: kept by the caller, changed in place, bounded. */
export interface CaseMemory {
  /** By run, oldest first. */
  readonly runs: Map<string, Placed[]>;
  /** Findings whose incident is known: finding id to incident id. */
  readonly incidentOf: Map<string, string>;
  /** Findings of a run that were stored before this process began. */
  readonly load?: (run: string) => readonly Finding[];
}

const MAX_RUNS = 200;
const MAX_PER_RUN = 40;
const MAX_INCIDENTS = 4_000;
const MAX_EVIDENCE = 10;
const MAX_MEMBERS = 50;
const MAX_WHY = 600;
const NONE: readonly Finding[] = [];
/** Findings that only describe the machine do not happen in a run. */
const OF_MACHINE = 'machine';

export function createCaseMemory(load?: (run: string) => readonly Finding[]): CaseMemory {
  return { runs: new Map(), incidentOf: new Map(), ...(load === undefined ? {} : { load }) };
}

/**
 * Takes one finding in and says what it completes: the incident as it stands, and every finding that belongs to it from
 * now on with its `incidentId` (with a count of 0: nothing happened again). One incident per run and story; a finding
 * that comes later joins it. Nothing when the finding completes no story.
 * @param hash as of `DetectDeps`
 */
export function correlate(
  placed: Placed,
  memory: CaseMemory,
  hash: (text: string) => string,
): readonly Finding[] {
  const { finding, run } = placed;
  if (severityRank(finding.severity) < severityRank('low') || finding.ruleId.startsWith('incident.'))
    return NONE;
  const own = remember(placed, memory);
  let told: Finding[] | undefined;
  for (const recipe of RECIPES) {
    if (!isStep(recipe, finding)) continue;
    const pool = recipe.scope === 'run' ? own : [...memory.runs.values()].flat();
    const members = storyOf(recipe, pool, finding);
    if (members === undefined) continue;
    const known = members.map((one) => memory.incidentOf.get(one.finding.id)).find((id) => id !== undefined);
    const first = members[0];
    const at = recipe.scope === 'run' ? run : (first?.run ?? run);
    const id = known ?? `i_${hash(`${recipe.id}\u0000${at}\u0000${first?.finding.id ?? ''}`).slice(0, 24)}`;
    // A run that is already one incident is not told a second time by a milder story.
    if (known !== undefined && memory.incidentOf.get(finding.id) === known) break;
    told = [incident(recipe, id, members, at), ...joined(members, id, memory, finding.id)];
    break;
  }
  return told ?? NONE;
}

function remember(placed: Placed, memory: CaseMemory): readonly Placed[] {
  const list = memory.runs.get(placed.run) ?? loaded(placed.run, memory);
  memory.runs.delete(placed.run);
  memory.runs.set(placed.run, list);
  for (const key of memory.runs.keys()) {
    if (memory.runs.size <= MAX_RUNS) break;
    memory.runs.delete(key);
  }
  const at = list.findIndex(({ finding }) => finding.id === placed.finding.id);
  const before = list[at];
  if (before !== undefined) {
    list.splice(at, 1);
    const graver = severityRank(before.finding.severity) > severityRank(placed.finding.severity);
    list.push(
      graver ? { ...before, finding: { ...before.finding, lastSeenMs: placed.finding.lastSeenMs } } : placed,
    );
  } else list.push(placed);
  if (list.length > MAX_PER_RUN) list.shift();
  return list;
}

function loaded(run: string, memory: CaseMemory): Placed[] {
  const found: Placed[] = [];
  for (const finding of memory.load?.(run) ?? NONE) {
    if (finding.ruleId.startsWith('incident.') || found.length >= MAX_PER_RUN) continue;
    found.push({ finding, run });
    if (finding.incidentId !== undefined) memory.incidentOf.set(finding.id, finding.incidentId);
  }
  return found;
}

function isStep(recipe: Recipe, finding: Finding): boolean {
  return (
    recipe.steps.some((step) => fits(step, finding)) &&
    severityRank(finding.severity) >= severityRank(recipe.minSeverity)
  );
}

function fits(step: readonly string[], { ruleCode, ruleId }: Finding): boolean {
  return step.includes(ruleCode) || step.includes(ruleId);
}

/** Every finding of the story, oldest first; `undefined` when a step is missing or they are too far apart. */
function storyOf(recipe: Recipe, pool: readonly Placed[], latest: Finding): readonly Placed[] | undefined {
  const near = pool.filter(
    ({ finding }) =>
      isStep(recipe, finding) && Math.abs(latest.lastSeenMs - finding.lastSeenMs) <= recipe.windowMs,
  );
  const steps = recipe.steps.map((step) => near.filter(({ finding }) => fits(step, finding)));
  if (steps.some((step) => step.length === 0)) return undefined;
  // One finding cannot be two steps.
  if (new Set(steps.flat().map(({ finding }) => finding.id)).size < recipe.steps.length) return undefined;
  if (recipe.inOrder) {
    for (let i = 0; i + 1 < steps.length; i++) {
      const begins = Math.min(...(steps[i] ?? []).map(({ finding }) => finding.firstSeenMs));
      const ends = Math.max(...(steps[i + 1] ?? []).map(({ finding }) => finding.lastSeenMs));
      if (begins > ends) return undefined;
    }
  }
  return near.sort((a, b) => a.finding.firstSeenMs - b.finding.firstSeenMs).slice(-MAX_MEMBERS);
}

function incident(recipe: Recipe, id: string, members: readonly Placed[], run: string): Finding {
  const findings = members.map(({ finding }) => finding);
  const first = findings[0];
  const evidence = new Map<string, Evidence>();
  for (const { evidence: items } of findings) {
    const item = items.at(-1);
    if (item !== undefined) evidence.set(item.eventId ?? item.path ?? String(evidence.size), item);
  }
  const worst = findings.reduce((a, b) => (severityRank(b.severity) > severityRank(a.severity) ? b : a));
  // Two steps that may each be ordinary work are no catastrophe together: one severity above the worst of them.
  const most = SEVERITIES[severityRank(worst.severity) + 1] ?? worst.severity;
  const wanted = severityRank(most) < severityRank(recipe.severity) ? most : recipe.severity;
  const severity = severityRank(worst.severity) > severityRank(wanted) ? worst.severity : wanted;
  const steps = [...new Set(findings.map(({ title }) => title))];
  return {
    id,
    ruleId: recipe.id,
    ruleCode: recipe.code,
    severity,
    confidence: findings.filter(({ confidence }) => confidence === 'high').length > 1 ? 'high' : 'medium',
    title: recipe.title,
    why: cut(`${recipe.why} Steps: ${steps.slice(0, 6).join('; ')}.`),
    subject: {
      kind: 'session',
      value: run === OF_MACHINE ? 'this computer' : run,
      ...(first?.subject.agentId === undefined ? {} : { agentId: first.subject.agentId }),
      ...(first?.subject.cwd === undefined ? {} : { cwd: first.subject.cwd }),
    },
    ...(run === OF_MACHINE ? {} : { sessionId: run }),
    evidence: [...evidence.values()].slice(-MAX_EVIDENCE),
    taxonomies: {
      attack: [...recipe.taxonomies.attack],
      atlas: [...recipe.taxonomies.atlas],
      owasp: [...recipe.taxonomies.owasp],
    },
    bundles: [...recipe.bundles],
    controls: controlsOf(recipe.bundles),
    firstSeenMs: Math.min(...findings.map(({ firstSeenMs }) => firstSeenMs)),
    lastSeenMs: Math.max(...findings.map(({ lastSeenMs }) => lastSeenMs)),
    count: 1,
    status: 'open',
    advice: recipe.advice,
    actions: [],
    members: findings.map((finding) => finding.id),
  };
}

/** The findings that were not known to belong to the incident before. */
function joined(
  members: readonly Placed[],
  id: string,
  memory: CaseMemory,
  latestId: string,
): readonly Finding[] {
  const found: Finding[] = [];
  for (const { finding } of members) {
    if (memory.incidentOf.get(finding.id) === id) continue;
    memory.incidentOf.set(finding.id, id);
    found.push({
      ...finding,
      incidentId: id,
      count: 0,
      evidence: finding.id === latestId ? finding.evidence : finding.evidence.slice(-1),
    });
  }
  for (const key of memory.incidentOf.keys()) {
    if (memory.incidentOf.size <= MAX_INCIDENTS) break;
    memory.incidentOf.delete(key);
  }
  return found;
}

function cut(text: string): string {
  return text.length <= MAX_WHY ? text : `${text.slice(0, MAX_WHY - 1)}…`;
}
