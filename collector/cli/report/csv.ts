import type { ComplianceReport } from '../../contract/compliance.ts';
import { csvOf } from '../csv.ts';

const COLUMNS = [
  'framework',
  'control',
  'title',
  'evidence',
  'text',
  'findingId',
  'ruleId',
  'severity',
  'decision',
  'firstSeen',
  'lastSeen',
  'times',
] as const;

/** RFC 4180: a row for each sentence, gap and sample finding. */
export function toCsv(report: ComplianceReport): string {
  const rows = report.controls.flatMap((control) => {
    const row = (evidence: string, text: string, rest: readonly string[] = []): string[] => [
      report.framework.id,
      control.control,
      control.title ?? '',
      evidence,
      text,
      ...rest,
    ];
    const { total, open, decided } = control.findings;
    return [
      ...control.supports.map((text) => row('supports', text)),
      row('findings', `${String(total)} in the window, ${String(open)} open, ${String(decided)} decided`),
      ...control.samples.map((one) =>
        row('sample', `${one.title}: ${one.about}`, [
          one.id,
          one.ruleId,
          one.severity,
          one.status,
          new Date(one.firstSeenMs).toISOString(),
          new Date(one.lastSeenMs).toISOString(),
          String(one.count),
        ]),
      ),
      ...control.gaps.map((text) => row('gap', text)),
    ];
  });
  return csvOf(COLUMNS, rows);
}
