import { pageOf } from './page-of.ts';

/**
 * The pages, each loaded when it is first looked at. The overview, where most people begin, is in the program itself.
 */
export const PARTS = {
  sessions: () => import('./pages/sessions.tsx'),
  session: () => import('./pages/session.tsx'),
  findings: () => import('./pages/findings.tsx'),
  finding: () => import('./pages/finding.tsx'),
  approvals: () => import('./pages/approvals.tsx'),
  agents: () => import('./pages/agents.tsx'),
  agent: () => import('./pages/agent.tsx'),
  asset: () => import('./pages/asset.tsx'),
  connections: () => import('./pages/connections.tsx'),
  connection: () => import('./pages/connection.tsx'),
  privileges: () => import('./pages/privileges.tsx'),
  baseline: () => import('./pages/baseline.tsx'),
  changes: () => import('./pages/changes.tsx'),
  activity: () => import('./pages/activity.tsx'),
  sent: () => import('./pages/sent.tsx'),
  sentRecord: () => import('./pages/sent-record.tsx'),
  settings: () => import('./pages/settings.tsx'),
  health: () => import('./pages/health.tsx'),
} as const;

/** Begins to load the page at an address, before the program that opens it is there. @param hash `#/findings?status=all` */
export function loadPage(hash: string): void {
  const name = pageOf(hash);
  const load = Object.entries(PARTS).find(([part]) => part === name)?.[1];
  // The route loads it again and shows what went wrong.
  load?.().catch(() => undefined);
}
