import { isOneSlip, lookalikeOf } from './lookalikes.ts';

/** MCP packages that are installed most and therefore imitated. npm and PyPI, looked up 2026-11; a selection. */
const NPM =
  '@modelcontextprotocol/server-filesystem @modelcontextprotocol/server-github @modelcontextprotocol/server-gitlab @modelcontextprotocol/server-memory @modelcontextprotocol/server-everything @modelcontextprotocol/server-sequential-thinking @modelcontextprotocol/server-puppeteer @modelcontextprotocol/server-brave-search @modelcontextprotocol/server-slack @modelcontextprotocol/server-postgres @modelcontextprotocol/server-google-maps @modelcontextprotocol/server-gdrive @modelcontextprotocol/inspector @playwright/mcp @upstash/context7-mcp mcp-remote @supabase/mcp-server-supabase firecrawl-mcp @notionhq/notion-mcp-server tavily-mcp exa-mcp-server figma-developer-mcp @sentry/mcp-server @stripe/mcp chrome-devtools-mcp @azure/mcp @wonderwhy-er/desktop-commander @browsermcp/mcp @heroku/mcp-server @shopify/dev-mcp @hubspot/mcp-server @cloudflare/mcp-server-cloudflare mongodb-mcp-server @elastic/mcp-server-elasticsearch @21st-dev/magic @circleci/mcp-server-circleci @mapbox/mcp-server @brave/brave-search-mcp-server'.split(
    ' ',
  );
const PYPI =
  'mcp-server-fetch mcp-server-git mcp-server-time mcp-server-sqlite mcp-atlassian postgres-mcp mcp-proxy blender-mcp markitdown-mcp duckduckgo-mcp-server mcp-server-qdrant mcp-server-docker'.split(
    ' ',
  );
const KNOWN: ReadonlySet<string> = new Set([...NPM, ...PYPI]);
/** Shorter names and scopes have too many honest neighbours. */
const MIN_LENGTH = 8;

/** The well-known package this name is mistaken for; `undefined` for the package itself and for everything else. */
export function imitatedPackage(ecosystem: 'npm' | 'pypi', raw: string): string | undefined {
  const lower = raw.toLowerCase();
  const name = ecosystem === 'pypi' ? lower.replace(/[_.]/g, '-') : lower;
  if (name.length > 100 || KNOWN.has(name)) return undefined;
  const list = ecosystem === 'npm' ? NPM : PYPI;
  return list.find((known) => isImitation(known, name)) ?? lookalikeOf(ecosystem, name);
}

function isImitation(known: string, name: string): boolean {
  const [scope, base] = split(known);
  const [otherScope, otherBase] = split(name);
  if (skeleton(known) === skeleton(name)) return true;
  if (scope === otherScope)
    return base.length >= MIN_LENGTH && otherBase.length >= MIN_LENGTH && isOneSlip(base, otherBase);
  return base === otherBase && scope.length >= MIN_LENGTH && isOneSlip(scope, otherScope);
}

function split(name: string): readonly [scope: string, base: string] {
  const slash = name.indexOf('/');
  return name.startsWith('@') && slash > 0 ? [name.slice(1, slash), name.slice(slash + 1)] : ['', name];
}

/** The letters alone: `mcp_remote` and `mcpremote` read the same. */
function skeleton(name: string): string {
  return name.replace(/[^a-z0-9]/g, '');
}
