import { z } from 'zod';
import { ApprovalDecision, ApprovalItem, APPROVAL_STATES, DecisionResult } from './approval.ts';
import { REPORTING_MODES } from './config.ts';
import { CheckResult, CredentialCheckRequest } from './credential-check.ts';
import { Finding } from './finding.ts';
import { FEEDBACK_VERDICTS, FindingDetail, Suppression, SuppressionScope, Tuning } from './finding-life.ts';
import { BlastRadius, Graph } from './graph.ts';
import { HealthItem } from './health.ts';
import { Overview } from './overview.ts';
import { SentDetail, SentPreview, SentRecord, SentStats } from './sent.ts';
import { SettingChange, SettingResult, SettingsView } from './setting.ts';
import { UNDO_METHODS } from './undo.ts';
import { EventPage, PageRequest, PlacedEvent, TimelineMarks } from './timeline.ts';

const empty = z.object({}).strict();
const via = z.enum(['cli', 'app']).default('app');
const note = z.string().max(1_000).optional();

/** Methods of the window. Joined into `METHODS`. */
export const UI_METHODS = {
  'overview.get': {
    /** Start of the activity strip; default a day ago. */
    params: z.object({ sinceMs: z.int().optional() }),
    result: Overview,
  },
  'events.page': { params: PageRequest, result: EventPage },
  'events.get': { params: z.object({ id: z.string() }), result: PlacedEvent.nullable() },
  'events.marks': { params: z.object({ sessionId: z.string() }), result: TimelineMarks },
  'graph.get': {
    params: z.object({ sessionId: z.string() }),
    result: z.object({ graph: Graph, blast: BlastRadius }).nullable(),
  },
  'findings.explain': { params: z.object({ id: z.string() }), result: FindingDetail.nullable() },
  /** The finding as it stands afterwards; `null` when there is none of this id. */
  'findings.acknowledge': { params: z.object({ id: z.string(), note, via }), result: Finding.nullable() },
  'findings.reopen': { params: z.object({ id: z.string(), note, via }), result: Finding.nullable() },
  /** How many open findings it would hide, and the latest of them; changes nothing. */
  'findings.suppressPreview': {
    params: z.object({ scope: SuppressionScope }),
    result: z.object({
      count: z.int(),
      examples: z.array(Finding).max(5),
      /** Critical findings that fit and stay open, because the scope does not name their rule. */
      criticalKept: z.int(),
    }),
  },
  'findings.suppress': {
    params: z.object({
      scope: SuppressionScope,
      reason: z.string().min(1).max(1_000),
      expiresMs: z.int().optional(),
      via,
    }),
    result: z.object({ suppression: Suppression, hidden: z.int() }),
  },
  'suppressions.list': { params: empty, result: z.array(Suppression) },
  /** Findings it hid are open again; `false` when there is no such suppression. */
  'suppressions.remove': {
    params: z.object({ id: z.string(), via }),
    result: z.object({ removed: z.boolean(), reopened: z.int() }),
  },
  'findings.feedback': {
    params: z.object({ id: z.string(), verdict: z.enum(FEEDBACK_VERDICTS), note, via }),
    result: z
      .object({
        finding: Finding,
        tuning: Tuning,
        /** What it does from now on, in a sentence. */
        effect: z.string(),
      })
      .nullable(),
  },
  'tunings.list': { params: empty, result: z.array(Tuning) },
  'tunings.remove': { params: z.object({ id: z.string(), via }), result: z.object({ removed: z.boolean() }) },
  'approvals.list': {
    params: z.object({ state: z.enum(APPROVAL_STATES).optional(), gone: z.boolean().default(false) }),
    result: z.array(ApprovalItem),
  },
  'approvals.decide': { params: ApprovalDecision, result: DecisionResult },
  /** Sends one credential to its own provider when `confirmed`; every such use, refused ones too, is in the audit log. */
  'credentials.check': { params: CredentialCheckRequest, result: CheckResult },
  'sent.list': {
    /** Latest first; `beforeId` for the next page. */
    params: z.object({ beforeId: z.int().optional(), limit: z.int().min(1).max(1_000).default(100) }),
    result: z.array(SentRecord),
  },
  'sent.get': { params: z.object({ id: z.int() }), result: SentDetail.nullable() },
  'sent.stats': { params: empty, result: SentStats },
  'sent.preview': {
    params: z.object({
      /** Default: all of them. */
      mode: z.enum(REPORTING_MODES).optional(),
      /** Default: the latest tool call. */
      eventId: z.string().optional(),
      findingId: z.string().optional(),
    }),
    /** `null` when there is nothing yet to take as an example. */
    result: SentPreview.nullable(),
  },
  'settings.get': { params: empty, result: SettingsView },
  'settings.set': { params: SettingChange, result: SettingResult },
  'health.list': { params: empty, result: z.array(HealthItem) },
  /** Starts serving the window to a browser, if it is not served yet. */
  'ui.open': {
    params: z.object({ port: z.int().min(0).max(65_535).optional() }),
    result: z.object({
      /** Good for one use, until `expiresMs`. */
      url: z.string(),
      /** The same place without the token: for a browser that was here before. */
      address: z.string(),
      port: z.int(),
      expiresMs: z.int(),
    }),
  },
  ...UNDO_METHODS,
  /**
   * Which notifications this connection wants from now on; all when never called. A page in the background asks for
   * few or none. `resync` always comes.
   */
  'notices.select': { params: z.object({ names: z.array(z.string()).max(50) }), result: empty },
} as const;
