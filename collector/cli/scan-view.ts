import pc from 'picocolors';
import type { ScanDocument } from '../contract/scan.ts';
import { print } from './context.ts';
import { frameFor } from './table.ts';
import { agentsView, findingsView, mcpView, sessionsView } from './views.ts';
import { bytes, hanging, plain, plural } from './words.ts';

const ROWS = 15;

/** One look, for a person. @param home shown as `~` */
export function printScan(document: ScanDocument, home: string): void {
  const frame = frameFor(home);
  section('Agents', document.agents.length, () => agentsView(document.agents, frame));
  section('MCP servers', document.mcpServers.length, () =>
    mcpView(document.mcpServers.slice(0, ROWS), frame),
  );
  section('Sessions', document.sessions.length, () => sessionsView(document.sessions.slice(0, ROWS), frame));
  section('Findings', document.findings.length, () =>
    findingsView(document.findings.slice(0, ROWS * 2), frame),
  );
  const { stats } = document;
  print(
    `${plural(document.credentials.length, 'credential')} · ${plural(stats.files, 'log file')}, ${bytes(stats.bytes)} in ${(stats.durationMs / 1_000).toFixed(1)} s`,
  );
  for (const item of document.health) print(hanging(`${pc.yellow('!')} `, plain(item.text), frame.width));
}

function section(title: string, count: number, body: () => string): void {
  print(`${pc.bold(title)} ${pc.dim(String(count))}`);
  if (count > 0) print(body());
  print('');
}
