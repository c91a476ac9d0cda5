import type { Severity } from '../../contract/finding.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import { canonicalName, findOptions, subcommandOf } from './commands.ts';
import { classifyHost, isLocalHost, parseUrl } from './hosts.ts';
import { isKnownRegistry } from './registries.ts';
import { variableRisk } from './risky-variables.ts';
import { isKnownApi } from './sends.ts';

/** What was changed, and how bad it is. */
export type Said = readonly [what: string, severity: Severity];

/** Where package managers keep where they take packages from. */
export const REGISTRY_FILE =
  /(?:^|[\\/])(?:\.npmrc|pip\.conf|pip\.ini|\.yarnrc(?:\.yml)?|bunfig\.toml|\.condarc|uv\.toml|nuget\.config|sources\.list|[\w.-]+\.(?:list|sources|repo)|config(?:\.toml)?)$/i;
const REGISTRY_LINE =
  /(?:registry(?:server)?|index-url|index_url|extra-index-url|npmRegistryServer|registry-mirror|channel_alias|baseurl|index|url|trusted-host)["']?\s*[:=]\s*["']?((?:sparse\+|git\+)?https?:\/\/[^\s"']{3,300})|^deb(?:-src)? (?:\[[^\]\n]{0,200}\] )?(https?:\/\/[^\s"']{3,300})/gim;

/** Whose server it is: nobody's business at home, in the company, or at a known place. */
function foreign(url: string): Said | undefined {
  const parsed = parseUrl(url.replace(/^(?:sparse|git)\+/, ''));
  if (parsed === undefined || isLocalHost(parsed.host)) return undefined;
  const kind = classifyHost(parsed.host);
  if (kind !== 'public' && kind !== 'public-ip') return undefined;
  if (
    kind === 'public' &&
    parsed.scheme !== 'http' &&
    (isKnownRegistry(parsed.host) || isKnownApi(parsed.host))
  )
    return undefined;
  if (isKnownRegistry(parsed.host)) return [`packages of ${parsed.host}`, 'low'];
  return [`packages of ${parsed.host}`, 'high'];
}

/** What a text written into such a file changes. */
export function changedByText(text: string): Said | undefined {
  for (const match of text.slice(0, 20_000).matchAll(REGISTRY_LINE)) {
    const said = foreign(match[1] ?? match[2] ?? '');
    // A registry for one scope is how companies give out their own packages.
    if (said !== undefined) return isScoped(text, match.index) ? [said[0], 'low'] : said;
  }
  if (/^[ \t]{0,40}strict-ssl\s{0,8}=\s{0,8}false|enableStrictSsl:\s*false|ssl_verify:\s*false/im.test(text))
    return ['certificates', 'medium'];
  return /\[trusted=yes\]|gpgcheck\s*=\s*0/i.test(text) ? ['signatures', 'medium'] : undefined;
}

/** `@acme:registry=…` */
function isScoped(text: string, at: number): boolean {
  return /@[\w.-]{1,100}:$/.test(text.slice(Math.max(0, at - 110), at));
}

/** What a command changes, for good or for itself. */
export function changedByCommand(command: ShellCommand): Said | undefined {
  return overridden(command) ?? byEnvironment(command);
}

function overridden(command: ShellCommand): Said | undefined {
  const name = canonicalName(command.program);
  const { args } = command;
  const line = args.join(' ').slice(0, 2_000);
  if (/^(?:npm|pnpm|yarn|bun|pip|poetry|composer|conda|bundle|uv)$/.test(name) || name === 'python')
    return packageManager(name, line);
  switch (name) {
    case 'go':
      return /^env -w\b/.test(line) ? goSettings(args.slice(2)) : undefined;
    case 'gem':
      return /^sources? .*(?:-a|--add)\b/.test(line) ? urlIn(line) : undefined;
    case 'git':
      return /http\.sslverify[= ](?:false|0)/i.test(line)
        ? ['certificates of git', subcommandOf(command).verb === 'config' ? 'medium' : 'low']
        : undefined;
    case 'nuget':
    case 'dotnet':
    case 'choco':
      return /\bsources? add\b|\badd source\b/i.test(line) ? urlIn(line) : undefined;
    case 'register-psrepository':
    case 'set-psrepository':
    case 'add-apt-repository':
    case 'apt-add-repository':
      return urlIn(line);
    case 'apt':
    case 'apt-get':
    case 'dnf':
    case 'yum':
      return /--allow-unauthenticated|--nogpgcheck|AllowInsecureRepositories=true/i.test(line)
        ? ['signatures', 'medium']
        : undefined;
    default:
      return undefined;
  }
}

function packageManager(name: string, line: string): Said | undefined {
  if (
    /\bstrict-ssl[= ](?:false|0)|enableStrictSsl false|ssl_verify (?:false|no)|repositories\.\S{1,100} .{0,200}allow_insecure/i.test(
      line,
    )
  )
    return /^(?:config|set|c)\b/.test(line) ? ['certificates', 'medium'] : ['certificates', 'low'];
  if (
    /^(?:config|set|c|source|-m pip config)\b/.test(line) &&
    /registry|index|channel|mirror|source|repositories/i.test(line)
  )
    return urlIn(line);
  if (name !== 'pip' && !/^-m pip\b/.test(line)) return undefined;
  for (const host of findOptions(line.split(' '), ['--trusted-host'])) {
    const said = foreign(`https://${host}`);
    if (said !== undefined) return said;
  }
  return undefined;
}

function urlIn(line: string): Said | undefined {
  const url = /(?:sparse\+|git\+)?https?:\/\/[^\s"']{3,300}/.exec(line)?.[0];
  return url === undefined ? undefined : foreign(url);
}

function goSettings(words: readonly string[]): Said | undefined {
  for (const word of words) {
    const [key = '', value = ''] = word.split('=', 2);
    const said = settingOf(key, value);
    if (said !== undefined) return said;
  }
  return undefined;
}

function settingOf(key: string, value: string): Said | undefined {
  switch (variableRisk(key, value)) {
    case 'index':
      for (const part of value.split(/[,| ]/).slice(0, 8)) {
        const said = part.includes('://') ? foreign(part) : undefined;
        if (said !== undefined) return said;
      }
      return undefined;
    case 'unchecked':
      return [`checks (${key})`, 'low'];
    default:
      return undefined;
  }
}

function byEnvironment(command: ShellCommand): Said | undefined {
  for (const [key, value] of Object.entries(command.assignments)) {
    const said = settingOf(key, value);
    if (said !== undefined) return said;
  }
  return canonicalName(command.program) === 'export' ? goSettings(command.args.slice(0, 40)) : undefined;
}

const MANAGERS = /^(?:npm|pnpm|yarn|bun|pip|uv|poetry|cargo|go|gem|bundle|composer)$/;
const FETCHES = /^(?:i|in|install|ci|add|update|upgrade|up|sync|get|require|exec|dlx|x)$/;
const RUNNERS = /^(?:npx|bunx|pnpx|uvx)$/;

/** Does it bring packages here and now? */
export function fetchesPackages(command: ShellCommand): boolean {
  const name = canonicalName(command.program);
  if (command.elsewhere) return false;
  return RUNNERS.test(name) || (MANAGERS.test(name) && FETCHES.test(subcommandOf(command).verb));
}
