import type { ComplianceReport } from '../../contract/compliance.ts';

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
  return [COLUMNS, ...rows]
    .map((cells) => `${COLUMNS.map((_, index) => cell(cells[index] ?? '')).join(',')}\r\n`)
    .join('');
}

/** A cell that begins like a formula would be run by a spreadsheet: it gets an apostrophe. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
