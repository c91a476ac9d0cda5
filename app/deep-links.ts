import { z } from 'zod';

export const LINK_SCHEME = 'reeve';

/** Anybody can make the system open such a link: a web page, a mail, an agent. It may only choose what is shown. */
const MAX_LINK = 1_000;
/** Ids are ours: `claude-code:7b40…`, `cfg-1f…`, `agent:codex`. */
const Id = z.string().regex(/^[\w.:@/+-]{1,300}$/);

const PAGES: Readonly<Record<string, string>> = {
  overview: '#/',
  sessions: '#/sessions',
  findings: '#/findings',
  approvals: '#/approvals',
  agents: '#/agents',
  connections: '#/connections',
  privileges: '#/privileges',
  baseline: '#/baseline',
  activity: '#/activity',
  sent: '#/sent',
  settings: '#/settings',
  health: '#/health',
};

const THINGS: Readonly<Record<string, string>> = {
  session: '#/sessions/',
  finding: '#/findings/',
  agent: '#/agents/',
  server: '#/connections/server/',
  credential: '#/connections/credential/',
};

/**
 * `reeve://finding/ID`, `reeve://session/ID?event=ID`, `reeve://approvals`.
 * @returns the place in the window, `#/findings/ID`; `undefined` for what is not such a link
 */
export function placeOfLink(link: string): string | undefined {
  if (link.length > MAX_LINK || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  if (url.protocol !== `${LINK_SCHEME}:` || url.username !== '' || url.password !== '' || url.port !== '')
    return undefined;
  const id = decoded(url.pathname.slice(1));
  if (id === undefined) return undefined;
  if (id === '') return own(PAGES, url.hostname);
  const base = own(THINGS, url.hostname);
  if (base === undefined || !Id.safeParse(id).success) return undefined;
  return `${base}${encodeURIComponent(id)}${eventOf(url)}`;
}

/** The first link among the arguments a second start handed over. */
export function placeOfArguments(argv: readonly string[]): string | undefined {
  const link = argv.find((text) => text.startsWith(`${LINK_SCHEME}://`));
  return link === undefined ? undefined : placeOfLink(link);
}

function eventOf(url: URL): string {
  const event = Id.safeParse(url.searchParams.get('event'));
  return url.hostname === 'session' && event.success ? `?event=${encodeURIComponent(event.data)}` : '';
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // not valid percent-encoding
  }
}
