import type { FindingDetail, RuleInfo } from './contract/finding-life.ts';
import { findingStory } from './contract/finding-story.ts';
import type { Finding } from './contract/finding.ts';
import type { Handlers } from './contract/ipc.ts';
import type { UI_METHODS } from './contract/ui-methods.ts';
import { patternOf } from './pipeline/decisions.ts';
import { BASELINE_RULES } from './rules/baselines.ts';
import { RULES } from './rules/index.ts';
import { PROCESS_RULES } from './rules/processes.ts';
import { tuningId } from './store/decisions.ts';
import type { Store } from './store/store.ts';

/** Methods of the window that only read the store. */
export type WindowReadMethod =
  | 'events.page'
  | 'events.get'
  | 'events.marks'
  | 'findings.explain'
  | 'findings.suppressPreview'
  | 'suppressions.list'
  | 'tunings.list'
  | 'approvals.list'
  | 'sent.list'
  | 'sent.get';

/** Methods of the window that only the collector can serve. */
export type WindowMethod = Exclude<keyof typeof UI_METHODS, WindowReadMethod | 'notices.select'>;

type RuleFacts = Omit<RuleInfo, 'falsePositives' | 'references'> & {
  readonly falsePositives: readonly string[];
  readonly references: readonly string[];
};

/** Findings of one session that are looked through for an event. */
const MAX_FINDINGS = 1_000;
const EXAMPLES = 5;

/** @param ownRules rules that came from files, as they are now */
export function createWindowReadHandlers(
  store: Store,
  ownRules: () => readonly RuleFacts[] = () => [],
): Pick<Handlers, WindowReadMethod> {
  const findingsOf = (sessionId: string): Finding[] =>
    store.read.findings({ sessionId, limit: MAX_FINDINGS });
  return {
    'events.page': (request) => store.timeline.page(request),
    'events.get': ({ id }) =>
      store.timeline.event(id, (sessionId, eventId) => store.read.findingsNaming(sessionId, eventId)) ?? null,
    'events.marks': ({ sessionId }) => store.timeline.marks(sessionId, findingsOf(sessionId)),
    'findings.explain': ({ id }) => {
      const finding = store.read.finding(id);
      return finding === undefined ? null : explain(store, finding, ruleInfo(finding.ruleId, ownRules()));
    },
    'findings.suppressPreview': ({ scope }) => {
      const { count, examples, criticalKept } = store.life.rows.preview(scope, EXAMPLES);
      return { count, examples: [...examples], criticalKept };
    },
    'suppressions.list': () => store.life.rows.list(),
    'tunings.list': () => store.life.rows.tunings(),
    'approvals.list': ({ state, gone }) =>
      store.approvals.list({ gone, ...(state !== undefined && { state }) }),
    'sent.list': ({ beforeId, limit }) =>
      store.sent.list({ limit, ...(beforeId !== undefined && { beforeId }) }),
    'sent.get': ({ id }) => store.sent.get(id) ?? null,
  };
}

function explain(store: Store, finding: Finding, rule: RuleInfo | undefined): FindingDetail {
  const { rows } = store.life;
  const suppression = finding.suppressionId === undefined ? undefined : rows.get(finding.suppressionId);
  const tuning = rows.tuning(tuningId(patternOf(finding)));
  return {
    finding,
    story: findingStory(finding, rule, store.habits.familiarity(finding)),
    ...(rule !== undefined && { rule }),
    ...(suppression !== undefined && { suppression }),
    ...(tuning !== undefined && { tuning }),
    events: finding.evidence.flatMap(({ eventId }) => {
      const place = eventId === undefined ? undefined : store.timeline.place(eventId);
      return eventId === undefined || place === undefined ? [] : [{ eventId, ...place }];
    }),
  };
}

const BUILT_IN: ReadonlyMap<string, RuleFacts> = new Map(
  [...RULES, ...PROCESS_RULES, ...BASELINE_RULES].map((rule) => [rule.id, rule]),
);

function ruleInfo(id: string, own: readonly RuleFacts[]): RuleInfo | undefined {
  const rule = BUILT_IN.get(id) ?? own.find((one) => one.id === id);
  if (rule === undefined) return undefined;
  const { code, title, severity, why, triage, advice, falsePositives, references } = rule;
  return {
    id,
    code,
    title,
    severity,
    why,
    triage,
    advice,
    falsePositives: [...falsePositives],
    references: [...references],
  };
}
