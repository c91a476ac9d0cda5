import type { ComplianceReport, ControlEvidence, FindingSample } from '../../contract/compliance.ts';
import { SEVERITIES } from '../../contract/finding.ts';

/** One file without scripts or anything from the network; prints on A4 and Letter, readable in dark and light. */
export function toHtml(report: ComplianceReport): string {
  const { framework } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(framework.name)} evidence, ${text(report.host)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="eyebrow">Evidence report</p>
<h1>${text(framework.name)}</h1>
<p>${text(framework.edition)}</p>
<dl>
<dt>Machine</dt><dd>${text(report.host)}, account ${text(report.user)}</dd>
<dt>Window</dt><dd>${day(report.sinceMs)} to ${day(report.generatedMs)}</dd>
<dt>Made</dt><dd>${new Date(report.generatedMs).toISOString()}</dd>
</dl>
<p class="note">This report shows what Reeve recorded about coding agents on one machine. It supports the controls below; it does not make anybody compliant. ${text(framework.note)} Control titles are short words of ours, numbers are as generally published.</p>
</header>
<main>
${summary(report)}
${report.controls.map(control).join('\n')}
${coverage(report)}
</main>
</body>
</html>
`;
}

function summary({ controls }: ComplianceReport): string {
  const rows = controls.map(
    (one) =>
      `<tr><td><a href="#${anchor(one)}">${text(one.control)}</a></td><td>${text(one.title ?? '')}</td><td class="n">${one.findings.total}</td><td class="n">${one.findings.open}</td><td class="n">${one.gaps.length}</td></tr>`,
  );
  return `<section><h2>Controls</h2>
<table><thead><tr><th>Control</th><th>About</th><th class="n">Findings</th><th class="n">Open</th><th class="n">Gaps</th></tr></thead><tbody>${rows.join('')}</tbody></table></section>`;
}

function control(one: ControlEvidence): string {
  const severities = SEVERITIES.toReversed()
    .filter((severity) => one.findings.bySeverity[severity] > 0)
    .map((severity) => `${String(one.findings.bySeverity[severity])} ${severity}`);
  return `<section class="control" id="${anchor(one)}">
<h2>${text(one.control)}${one.title === undefined ? '' : ` <span>${text(one.title)}</span>`}</h2>
<h3>What supports it</h3>
${list(one.supports, 'Nothing on this machine.')}
<h3>Findings</h3>
<p>${one.findings.total === 0 ? 'None in the window.' : `${String(one.findings.total)} in the window (${severities.join(', ')}); ${String(one.findings.open)} open, ${String(one.findings.decided)} decided.`}</p>
${samples(one.samples)}
<h3>Gaps</h3>
${list(one.gaps, 'None seen.')}
</section>`;
}

function samples(found: readonly FindingSample[]): string {
  if (found.length === 0) return '';
  const rows = found.map(
    (one) =>
      `<tr><td>${text(one.severity)}</td><td>${text(one.title)}<br><small>${text(one.about)} · ${text(one.ruleId)} · ${text(one.id)}</small></td><td>${text(one.status)}</td><td class="d">${day(one.lastSeenMs)}</td><td class="n">${one.count}</td></tr>`,
  );
  return `<table><thead><tr><th>Severity</th><th>Sample</th><th>Decision</th><th>Last</th><th class="n">Times</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function coverage({ coverage: { facts, audit, cannotSee } }: ComplianceReport): string {
  const chain = audit.ok
    ? `${String(audit.rows)} rows in order${audit.head === undefined ? '' : `, head <code>${text(audit.head)}</code>`}`
    : `broken: ${text(audit.problem ?? 'changed after it was written')}`;
  return `<section><h2>What this rests on</h2>
<dl>${facts.map(({ label, value }) => `<dt>${text(label)}</dt><dd>${text(value)}</dd>`).join('')}<dt>Audit log</dt><dd>${chain}</dd></dl>
<h3>What Reeve cannot see</h3>
${list(cannotSee, '')}
<h3>Review</h3>
<table class="sign"><tbody><tr><td>Reviewed by</td><td></td><td>Date</td><td></td></tr></tbody></table></section>`;
}

function list(sentences: readonly string[], none: string): string {
  if (sentences.length === 0) return none === '' ? '' : `<p>${none}</p>`;
  return `<ul>${sentences.map((sentence) => `<li>${text(sentence)}</li>`).join('')}</ul>`;
}

function anchor({ control: number }: ControlEvidence): string {
  return `c-${number.replace(/[^\w.-]+/g, '-')}`;
}

function day(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Titles and paths come from logs and repositories. */
function text(words: string): string {
  return words.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '').replace(/[\p{Cc}\p{Cf}]/gu, ' ');
}

const STYLE = `
:root{color-scheme:light dark;--line:#d5d9df;--muted:#5b6470}
@media(prefers-color-scheme:dark){:root{--line:#3a414b;--muted:#9aa4b1}}
body{font:14px/1.5 system-ui,sans-serif;max-width:820px;margin:40px auto;padding:0 20px}
h1{font-size:32px;margin:0}h2{font-size:18px;margin:0 0 8px}h2 span{font-weight:400;color:var(--muted)}h3{font-size:13px;margin:14px 0 4px}
.eyebrow{color:var(--muted);margin:0}.note{border-left:3px solid var(--line);padding-left:12px;color:var(--muted)}
section{border-top:1px solid var(--line);padding:20px 0}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}td,th{text-align:left;vertical-align:top;padding:4px 8px 4px 0;border-bottom:1px solid var(--line)}
td{overflow-wrap:anywhere}.n{text-align:right;width:4em}.d{white-space:nowrap}small,dt{color:var(--muted)}ul{margin:4px 0;padding-left:20px}p{margin:4px 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dd{margin:0;overflow-wrap:anywhere}code{font-size:12px}
.sign td{height:36px;width:25%}a{color:inherit}
@media print{:root{color-scheme:light}body{margin:0;max-width:none;font-size:11px}.control{break-inside:avoid}thead{display:table-header-group}tr{break-inside:avoid}header{break-after:page}}
@page{margin:18mm}
`;
