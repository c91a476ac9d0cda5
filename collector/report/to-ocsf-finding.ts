import type { Evidence, Finding } from '../contract/finding.ts';
import type { ReportItem } from '../contract/report.ts';
import {
  aiAgentOf,
  compact,
  ocsfEvent,
  severityId,
  unmapped,
  type JsonObject,
  type OcsfContext,
  type OcsfEvent,
} from './ocsf.ts';
import { fileOf } from './to-ocsf-parts.ts';

type FindingItem = Extract<ReportItem, { type: 'finding' }>;

const CONFIDENCE_IDS = { low: 1, medium: 2, high: 3 } as const;
const STATUS_IDS = { open: 1, acknowledged: 2, suppressed: 3, resolved: 4 } as const;

/** A detection finding; posture rules (codes `P-…`) make a compliance finding, because nothing happened yet. */
export function findingToOcsf(item: FindingItem, context: OcsfContext): OcsfEvent {
  const { finding } = item;
  const posture = finding.ruleCode.startsWith('P-');
  return ocsfEvent(
    item,
    {
      className: posture ? 'compliance_finding' : 'detection_finding',
      activityId: activityOf(finding),
      timeMs: finding.lastSeenMs,
      severityId: severityId(finding.severity),
      metadata: { correlation_uid: finding.id },
    },
    {
      finding_info: findingInfo(finding),
      status_id: STATUS_IDS[finding.status],
      confidence_id: CONFIDENCE_IDS[finding.confidence],
      count: finding.count,
      start_time: finding.firstSeenMs,
      end_time: finding.lastSeenMs,
      resources: [compact({ name: finding.subject.value, type: finding.subject.kind })],
      evidences: evidencesOf(finding, context),
      remediation: { desc: finding.advice },
      ...(posture ? { compliance: complianceOf(finding) } : { is_alert: isAlert(finding) }),
      ...unmapped({
        agent_uid: finding.subject.agentId,
        session_uid: finding.sessionId,
        cwd: finding.subject.cwd,
        bundles: finding.bundles,
        controls: finding.controls,
        actions: finding.actions,
      }),
    },
    context,
  );
}

function activityOf({ status, count }: Finding): 1 | 2 | 3 {
  if (status === 'resolved') return 3;
  return status === 'open' && count === 1 ? 1 : 2;
}

function isAlert({ status, severity }: Finding): boolean {
  return status === 'open' && severity !== 'informational';
}

function findingInfo(finding: Finding): JsonObject {
  const { attack, atlas, owasp } = finding.taxonomies;
  const attacks = [...attack, ...atlas].map(attackOf);
  const related = [...new Set(finding.evidence.flatMap(({ eventId }) => eventId ?? []))];
  return compact({
    uid: finding.id,
    title: finding.title,
    desc: finding.why === finding.title ? undefined : finding.why,
    analytic: { type_id: 1, uid: finding.ruleId, name: finding.ruleId, category: finding.ruleCode },
    attacks: attacks.length === 0 ? undefined : attacks,
    created_time: finding.firstSeenMs,
    modified_time: finding.lastSeenMs,
    first_seen_time: finding.firstSeenMs,
    last_seen_time: finding.lastSeenMs,
    related_events: related.length === 0 ? undefined : related.map((uid) => ({ uid })),
    tags: owasp.length === 0 ? undefined : [{ name: 'owasp', values: owasp }],
  });
}

/** `T1059.004` and `AML.T0051.001` are sub-techniques, `TA0002` and `AML.TA0005` tactics, the rest techniques. */
function attackOf(id: string): JsonObject {
  if (/^(?:AML\.)?TA\d/.test(id)) return { tactic: { uid: id } };
  const parent = /^((?:AML\.)?T\d{4})\.\d{3}$/.exec(id)?.[1];
  return parent === undefined
    ? { technique: { uid: id } }
    : { technique: { uid: parent }, sub_technique: { uid: id } };
}

function evidencesOf(finding: Finding, context: OcsfContext): readonly JsonObject[] {
  const { agentId } = finding.subject;
  const agent = agentId === undefined ? undefined : aiAgentOf(agentId, finding.sessionId, context);
  const told = finding.evidence.length === 0 ? [{}] : finding.evidence;
  return told.map((evidence: Evidence) =>
    compact({
      uid: evidence.eventId,
      // The schema wants at least one fact of a fixed list; `data` is the one that always fits.
      data: compact({
        tool_call_uid: evidence.toolCallId,
        line: evidence.line,
        excerpt: evidence.excerpt,
        subject: finding.subject.value,
      }),
      file: evidence.path === undefined ? undefined : fileOf(evidence.path),
      ai_agent: agent,
    }),
  );
}

function complianceOf(finding: Finding): JsonObject {
  return compact({
    control: finding.ruleCode,
    desc: finding.title,
    requirements: finding.controls.length === 0 ? undefined : finding.controls,
    status_id: finding.status === 'resolved' ? 1 : 3,
  });
}
