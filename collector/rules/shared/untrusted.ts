import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { operands } from './arguments.ts';
import { isLocalHost, parseUrl } from './hosts.ts';
import { isInside } from './paths.ts';
import { once } from './once.ts';
import { pathUses } from './path-uses.ts';
import { programKey } from './programs.ts';

export interface Source {
  /** Host, tool or path the text comes from. */
  readonly what: string;
  /** `strong`: anybody can write there (an issue, a mail, a web page); `weak`: a package, a download. */
  readonly weight: 'strong' | 'weak';
}

type Place = Pick<SessionContext, 'home' | 'platform' | 'workspace'>;

/** Pages of documentation that only their owner can write: reading them is not the same as reading a stranger's issue. */
const KEPT_HOSTS =
  /(?:^|\.)(?:docs\.[\w-]+\.\w+|developer\.[\w-]+\.\w+|developers\.[\w-]+\.\w+|learn\.microsoft\.com|nodejs\.org|python\.org|rust-lang\.org|docs\.rs|go\.dev|pkg\.go\.dev|typescriptlang\.org|react\.dev|mozilla\.org|kubernetes\.io|w3\.org|ietf\.org|rfc-editor\.org|spring\.io|openjdk\.org|oracle\.com|postgresql\.org|sqlite\.org|git-scm\.com|cppreference\.com|php\.net|ruby-lang\.org|apple\.com|android\.com|flutter\.dev|swift\.org|kotlinlang\.org|terraform\.io|hashicorp\.com|anthropic\.com|openai\.com)$/;

/** MCP servers and tools whose results other people write. */
const READER_TOOL =
  /(?:get|list|read|search|fetch|query|view|find|browse|navigate|snapshot|scrape|crawl|retrieve|extract)/i;
const PEOPLE_TOPIC =
  /issue|pull|comment|discussion|mail|gmail|message|channel|thread|slack|discord|telegram|teams|ticket|zendesk|jira|linear|intercom|hubspot|notion|confluence|page|calendar|event|review|feedback|sentry|datadog|cloudflare|log|web|url|browser|playwright|puppeteer|scrape|crawl|fetch|search|tavily|exa|brave|firecrawl|perplexity|drive|document|doc|whatsapp|reddit|twitter|rss/i;

/** Where text of strangers comes into the session by this call. */
export const untrustedSources = once((event: ToolCallEvent, place: Place): readonly Source[] => {
  const { tool, input } = event;
  switch (tool.category) {
    case 'web': {
      const host = input.url === undefined ? undefined : parseUrl(input.url)?.host;
      if (host !== undefined && isLocalHost(host)) return [];
      return [
        {
          what: host ?? 'web search',
          weight:
            host !== undefined && KEPT_HOSTS.test(host) ? 'weak' : host === undefined ? 'weak' : 'strong',
        },
      ];
    }
    case 'mcp': {
      const name = `${tool.mcpServer ?? ''} ${tool.mcpTool ?? tool.name}`;
      return READER_TOOL.test(tool.mcpTool ?? tool.name) && PEOPLE_TOPIC.test(name)
        ? [{ what: `${tool.mcpServer ?? 'mcp'}/${tool.mcpTool ?? tool.name}`, weight: 'strong' }]
        : [];
    }
    case 'shell':
      return shellSources(event, place);
    case 'read':
    case 'search':
      return fileSources(event, place);
    default:
      return [];
  }
});

const FETCHERS = new Set(['curl', 'wget', 'invoke-webrequest', 'invoke-restmethod']);
const PEOPLE_VERBS = new Set(['issue', 'pr', 'mr', 'discussion', 'gist']);

/** `true` for a program some of whose commands bring in text of strangers. */
export function isBringer(key: string): boolean {
  return FETCHERS.has(key) || key === 'gh' || key === 'glab' || key === 'git';
}

/** `true` when a command of such a program is worth a closer look. */
export function mayBring(command: ShellCommand): boolean {
  const key = programKey(command.program);
  if (key === 'git') return command.args.includes('clone');
  return FETCHERS.has(key) || command.args.some((word) => PEOPLE_VERBS.has(word));
}

/** A path, or a line that names one, where code and papers of other people lie. */
export function isStrangersFile(text: string): boolean {
  return /node_modules|site-packages|downloads/i.test(text);
}

function shellSources(event: ToolCallEvent, place: Place): readonly Source[] {
  const found: Source[] = [];
  for (const command of event.shell?.commands ?? []) {
    if (found.length >= 10) break;
    switch (programKey(command.program)) {
      case 'curl':
      case 'wget':
      case 'invoke-webrequest':
      case 'invoke-restmethod': {
        const host = parseUrl(command.args.find((word) => word.includes('://')) ?? '')?.host;
        if (host !== undefined && !isLocalHost(host))
          found.push({
            what: host,
            weight: KEPT_HOSTS.test(host) || /(?:^|\.)api\./.test(host) ? 'weak' : 'strong',
          });
        break;
      }
      case 'gh':
      case 'glab': {
        const words = operands(command, ['-R', '--repo', '-q', '--jq']).slice(0, 2).join(' ');
        if (/^(?:issue|pr|mr|discussion|gist) (?:view|list|diff|checkout|status)/.test(words))
          found.push({ what: `${command.program} ${words}`, weight: 'strong' });
        break;
      }
      case 'git': {
        const words = operands(command, ['-C', '-c', '--depth', '-b', '--branch']);
        const url = words[0] === 'clone' ? parseUrl(words[1] ?? '') : undefined;
        if (url !== undefined && !isLocalHost(url.host))
          found.push({ what: `${url.host}${url.path}`.slice(0, 120), weight: 'weak' });
        break;
      }
    }
  }
  return found.length > 0 ? found : fileSources(event, place);
}

/** Package code and downloads: written by strangers, brought in by somebody else. */
function fileSources(event: ToolCallEvent, place: Place): readonly Source[] {
  for (const use of pathUses(event, place)) {
    if (use.how !== 'read') continue;
    const path = use.path.replaceAll('\\', '/');
    if (/\.(?:md|txt|rst|mdc)$/i.test(path) && /\/(?:node_modules|site-packages)\//i.test(path))
      return [{ what: tail(path), weight: 'weak' }];
    if (isInside(use.path, `${place.home}/Downloads`, place.platform))
      return [{ what: tail(path), weight: 'strong' }];
  }
  return [];
}

function tail(path: string): string {
  return path.split('/').slice(-3).join('/');
}
