import { controlsOf } from '../contract/controls.ts';
import type { EnrichedEvent } from '../contract/event.ts';
import type { Evidence, Finding } from '../contract/finding.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type {
  DetectionRule,
  EventRule,
  Match,
  ProcessRule,
  SessionContext,
  TextDocument,
} from '../rules/rule.ts';
import { foldedText } from '../rules/shared/fold-text.ts';
import { type RuleIndex, ruleIndex, rulesForCall, rulesForKind, rulesForResult } from './detect-index.ts';
import { type FactSubject, subjectOfFact } from './detect-subject.ts';
import { withWorkspace } from './session-state.ts';

export { mergeFinding } from './detect-merge.ts';

export interface DetectDeps {
  /** Stable digest of a text, as hexadecimal or base64url; the first 24 characters are used. */
  readonly hash: (text: string) => string;
  /** A rule threw: our bug. It is skipped for this input; the caller counts it and shows health `rule-failed`. */
  ruleFailed(ruleId: string): void;
}

const MAX_SUBJECT = 300;
const MAX_EXCERPT = 300;
const MAX_DETAIL = 600;
/** One input cannot flood the store: a call that hits the same rule on more objects than this shows the first ones. */
const MAX_MATCHES_PER_RULE = 8;

/**
 * Findings of one event, in the order of the rule list. Pure: equal event and equal past give equal findings
 * and equal ids, however the log was cut into batches.
 * @param past what the session did **before** this event: call `detectEvent` first, then `observe`.
 */
export function detectEvent(
  event: EnrichedEvent,
  past: SessionContext,
  rules: readonly DetectionRule[],
  deps: DetectDeps,
): Finding[] {
  const context = withWorkspace(past, event);
  const index = ruleIndex(rules);
  const findings: Finding[] = [];
  for (const rule of rulesFor(index, event, context)) {
    for (const match of matchEvent(rule, event, context, deps)) {
      const sessionId =
        match.wholeRun === true ? (event.parentSessionId ?? event.sessionId) : event.sessionId;
      findings.push(
        toFinding(rule, match, deps, {
          subject: {
            kind: match.wholeRun === true ? 'session' : 'tool-call',
            agentId: event.agentId,
            ...(context.workspace === undefined ? {} : { cwd: context.workspace }),
          },
          sessionId,
          timeMs: event.timeMs,
          evidence: eventEvidence(event, match),
        }),
      );
    }
  }
  return findings;
}

function rulesFor(index: RuleIndex, event: EnrichedEvent, context: SessionContext): readonly EventRule[] {
  if (event.kind === 'tool.call') return rulesForCall(index, event, context);
  return event.kind === 'tool.result'
    ? rulesForResult(index, event, context)
    : rulesForKind(index, event.kind);
}

/** @param timeMs when the inventory was taken. */
export function detectInventory(
  facts: readonly InventoryFact[],
  rules: readonly DetectionRule[],
  deps: DetectDeps & { readonly timeMs: number },
): Finding[] {
  const findings = new Map<string, Finding>();
  for (const rule of rules) {
    if (rule.on !== 'inventory') continue;
    for (const fact of facts) {
      for (const match of guarded(rule, () => rule.match(fact), deps)) {
        const place = subjectOfFact(fact);
        const finding = toFinding(rule, match, deps, {
          subject: place.subject,
          timeMs: deps.timeMs,
          evidence: [withExcerpt(evidenceAt(place, match.line), match)],
        });
        if (!findings.has(finding.id)) findings.set(finding.id, finding);
      }
    }
  }
  return [...findings.values()];
}

/** @param timeMs when the texts were read. */
export function detectText(
  documents: readonly TextDocument[],
  rules: readonly DetectionRule[],
  deps: DetectDeps & { readonly timeMs: number },
): Finding[] {
  const folded = documents.map(({ text }) => foldedText(text));
  const findings = new Map<string, Finding>();
  for (const rule of rules) {
    if (rule.on !== 'text') continue;
    for (const [at, document] of documents.entries()) {
      for (const match of guarded(rule, () => matchText(rule, document, folded[at]), deps)) {
        const finding = toFinding(rule, match, deps, {
          subject: { kind: document.role === 'mcp' ? 'mcp-server' : 'asset' },
          timeMs: deps.timeMs,
          evidence: [withExcerpt(evidenceAt({ path: document.path }, match.line), match)],
        });
        if (!findings.has(finding.id)) findings.set(finding.id, finding);
      }
    }
  }
  return [...findings.values()];
}

/** Words that are hidden behind look-alike letters or signs that do not show are read as they look. */
function matchText(
  rule: Extract<DetectionRule, { on: 'text' }>,
  document: TextDocument,
  folded: string | undefined,
): readonly Match[] {
  const found = rule.match(document);
  return found.length > 0 || folded === undefined ? found : rule.match({ ...document, text: folded });
}

const NONE: readonly Match[] = [];

/** One bad rule must not blind the others. As `guarded`, without a function made for each question. */
function matchEvent(
  rule: EventRule,
  event: EnrichedEvent,
  context: SessionContext,
  deps: DetectDeps,
): readonly Match[] {
  try {
    return distinct(rule.match(event, context));
  } catch {
    deps.ruleFailed(rule.id);
    return NONE;
  }
}

/** One bad rule must not blind the others. */
function guarded(rule: DetectionRule, run: () => readonly Match[], deps: DetectDeps): readonly Match[] {
  try {
    return distinct(run());
  } catch {
    deps.ruleFailed(rule.id);
    return NONE;
  }
}

function distinct(matches: readonly Match[]): readonly Match[] {
  if (matches.length < 2) return matches;
  const seen = new Set<string>();
  return matches.filter(
    (match) => seen.size < MAX_MATCHES_PER_RULE && !seen.has(match.subject) && seen.add(match.subject),
  );
}

interface Place {
  readonly subject: Omit<FactSubject, 'value'>;
  readonly sessionId?: string;
  readonly timeMs: number;
  readonly evidence: readonly Evidence[];
}

export function toFinding(
  rule: DetectionRule | ProcessRule,
  match: Match,
  deps: Pick<DetectDeps, 'hash'>,
  place: Place,
): Finding {
  const subject = cut(match.subject, MAX_SUBJECT);
  return {
    id: findingId(rule.id, subject, place.sessionId, deps),
    ruleId: rule.id,
    ruleCode: rule.code,
    severity: match.severity ?? rule.severity,
    confidence: match.confidence ?? rule.confidence,
    title: rule.title,
    why: cut(`${match.detail} ${rule.why}`, MAX_DETAIL),
    subject: { ...place.subject, value: subject },
    ...(place.sessionId === undefined ? {} : { sessionId: place.sessionId }),
    evidence: [...place.evidence],
    taxonomies: {
      attack: [...rule.taxonomies.attack],
      atlas: [...rule.taxonomies.atlas],
      owasp: [...rule.taxonomies.owasp],
    },
    bundles: [...rule.bundles],
    controls: controlsOf(rule.bundles),
    firstSeenMs: place.timeMs,
    lastSeenMs: place.timeMs,
    count: 1,
    status: 'open',
    advice: rule.advice,
    actions: [],
    ...(rule.on === 'event' && place.sessionId !== undefined
      ? { habit: { may: [...(rule.habit ?? [])] } }
      : {}),
  };
}

/** `f_` + digest of rule, subject and session; the parts are separated by a character none of them can hold. */
function findingId(
  ruleId: string,
  subject: string,
  sessionId: string | undefined,
  deps: Pick<DetectDeps, 'hash'>,
): string {
  return `f_${deps.hash(`${ruleId}\u0000${subject.replaceAll('\u0000', '')}\u0000${sessionId ?? ''}`).slice(0, 24)}`;
}

function eventEvidence(event: EnrichedEvent, match: Match): Evidence[] {
  const own: Evidence = withExcerpt(
    {
      eventId: event.id,
      ...(event.kind === 'tool.call' ? { toolCallId: event.tool.callId } : {}),
      path: event.source.path,
    },
    match,
  );
  const earlier = (match.evidenceEventIds ?? []).filter((id) => id !== event.id);
  return [...earlier.map((eventId) => ({ eventId })), own];
}

function evidenceAt(
  place: { readonly path?: string; readonly line?: number },
  line: number | undefined,
): Evidence {
  const at = line ?? place.line;
  return {
    ...(place.path === undefined ? {} : { path: place.path }),
    ...(at === undefined ? {} : { line: at }),
  };
}

function withExcerpt(evidence: Evidence, match: Match): Evidence {
  return match.excerpt === undefined ? evidence : { ...evidence, excerpt: cut(match.excerpt, MAX_EXCERPT) };
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
