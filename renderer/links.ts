/** Addresses of the window, all of them: `#/sessions/claude-code%3A7b40`. */
export const links = {
  overview: () => '#/',
  sessions: () => '#/sessions',
  session: (id: string, tab?: string) =>
    `#/sessions/${encodeURIComponent(id)}${tab === undefined ? '' : `?tab=${tab}`}`,
  event: (sessionId: string, eventId: string) =>
    `#/sessions/${encodeURIComponent(sessionId)}?event=${encodeURIComponent(eventId)}`,
  findings: (search = '') => `#/findings${search}`,
  finding: (id: string, search = '') => `#/findings/${encodeURIComponent(id)}${search}`,
  approvals: () => '#/approvals',
  agents: () => '#/agents',
  agent: (id: string) => `#/agents/${encodeURIComponent(id)}`,
  asset: (id: string) => `#/agents/asset/${encodeURIComponent(id)}`,
  connections: () => '#/connections',
  server: (id: string) => `#/connections/server/${encodeURIComponent(id)}`,
  credential: (id: string) => `#/connections/credential/${encodeURIComponent(id)}`,
  privileges: () => '#/privileges',
  baseline: () => '#/baseline',
  changes: () => '#/changes',
  activity: () => '#/activity',
  sent: () => '#/sent',
  sentRecord: (id: number) => `#/sent/${id}`,
  settings: () => '#/settings',
  health: () => '#/health',
} as const;

/** The filters as they stand behind an address. */
export function searchText(filters: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(filters).toString();
  return text === '' ? '' : `?${text}`;
}
