import type { ReportItem } from '../../contract/report.ts';
import type { ScanDocument } from '../../contract/scan.ts';
import type { OcsfContext } from '../../report/ocsf.ts';
import { toOcsf } from '../../report/to-ocsf.ts';

/** One OCSF event per line: inventory first, then findings. */
export function toOcsfLines(
  document: ScanDocument,
  version: string,
  platform: OcsfContext['device']['platform'],
): string {
  const observedMs = document.scannedAtMs;
  const context: OcsfContext = {
    productVersion: version,
    device: {
      uid: document.host.hostname,
      hostname: document.host.hostname,
      platform,
      osVersion: document.host.osVersion,
    },
    agentNames: new Map(document.agents.map(({ id, name }) => [id, name])),
  };
  const items: ReportItem[] = [
    ...document.agents.map((agent) => ({ type: 'agent' as const, observedMs, agent })),
    ...document.mcpServers.map((server) => ({ type: 'mcp-server' as const, observedMs, server })),
    ...document.credentials.map((credential) => ({ type: 'credential' as const, observedMs, credential })),
    ...document.assets.map((asset) => ({ type: 'asset' as const, observedMs, asset })),
    ...document.sessions.map((session) => ({ type: 'session' as const, observedMs, session })),
    ...document.findings.map((finding) => ({ type: 'finding' as const, finding })),
  ];
  return items.map((item) => `${JSON.stringify(toOcsf(item, context))}\n`).join('');
}
