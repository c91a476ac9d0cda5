import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { operands } from './arguments.ts';
import { isLocalHost, riskyDestination } from './hosts.ts';
import { once } from './once.ts';
import { programKey } from './programs.ts';
import { inWorkspace, secretClass } from './secrets-read.ts';
import { files, receiverOf, type Send, type SendPlace } from './send.ts';
import { bucket, copyTo, dns, fileTransfer, gitPush, mail, netcat } from './send-copy.ts';
import { deviceInput, remoteInput, socketInput } from './send-socket.ts';
import { codeSends, curl, httpie, linkSends, powershell, wget } from './send-web.ts';

export type { Send } from './send.ts';

const NONE: readonly Send[] = [];
const MAX_SENDS = 50;

/** Everything a call sends away from this machine and its network, in order. */
export const sendsOf = once((event: ToolCallEvent, place: SendPlace): readonly Send[] => {
  const sends: Send[] = [];
  for (const command of event.shell?.commands ?? []) {
    if (sends.length < MAX_SENDS) sends.push(...commandSends(command, place));
  }
  if (sends.length > 0) nameRemotes(sends, event);
  if (event.tool.category === 'mcp') sends.push(...toolSends(event));
  if (event.tool.category === 'web' && event.input.url !== undefined)
    sends.push(...linkSends(event.input.url));
  return sends.length === 0
    ? NONE
    : sends.filter((send) => send.host === undefined || !isLocalHost(send.host));
});

/** `git remote add x URL && git push x`: where the name of the same line leads. */
function nameRemotes(sends: Send[], event: ToolCallEvent): void {
  for (const [index, send] of sends.entries()) {
    if (send.how !== 'push' || send.host !== undefined) continue;
    const name = send.to.replace(/^remote /, '');
    for (const { program, args } of event.shell?.commands ?? []) {
      const at = program === 'git' ? args.indexOf('remote') : -1;
      if (at < 0 || !/^(?:add|set-url)$/.test(args[at + 1] ?? '') || !args.includes(name, at)) continue;
      const target = receiverOf(args.at(-1) ?? '');
      if (target?.host !== undefined) sends[index] = { ...send, ...target };
    }
  }
}

/** Hosts that own a developer's daily work: a body sent there is what their client would send. */
const KNOWN_APIS =
  /(?:^|\.)(?:github\.com|githubusercontent\.com|gitlab\.com|bitbucket\.org|npmjs\.org|pypi\.org|crates\.io|docker\.io|ghcr\.io|googleapis\.com|amazonaws\.com|run\.app|cloudfunctions\.net|azure\.com|windows\.net|cloudflare\.com|openai\.com|anthropic\.com|stripe\.com|slack\.com|atlassian\.net|sentry\.io|datadoghq\.com|vercel\.com|netlify\.com|fly\.io|heroku\.com|huggingface\.co|supabase\.co|twilio\.com|sendgrid\.com|linear\.app|notion\.com|figma\.com|apple\.com|microsoft\.com|codecov\.io|sonarcloud\.io|snyk\.io|circleci\.com|buildkite\.com|terraform\.io|pagerduty\.com|newrelic\.com|grafana\.net|elastic\.co|mongodb\.com|neon\.tech|planetscale\.com|auth0\.com|okta\.com|mapbox\.com|shopify\.com|algolia\.net|segment\.io|launchdarkly\.com|unsplash\.com)$/;

export function isKnownApi(host: string): boolean {
  return KNOWN_APIS.test(host);
}

/**
 * `true` when a send could carry what the session knows to somebody it does not work with: any payload that is not
 * written out, to a place that is neither a service developers use daily nor a remote the repository came with.
 */
export function isExternalSend(send: Send, context: Pick<SessionContext, 'addedRemotes'>): boolean {
  const risky = send.host !== undefined && riskyDestination(send.host, send.urlPath) !== undefined;
  switch (send.how) {
    case 'push':
      return (
        send.host !== undefined ||
        context.addedRemotes.some((remote) => `remote ${remote}`.startsWith(`${send.to} `))
      );
    case 'publish':
      return false;
    case 'message':
    case 'dns':
      return true;
    case 'link':
      return risky || send.host === undefined || !isKnownApi(send.host);
    case 'copy':
    case 'upload':
      // Whose bucket it is cannot be seen; a team's own is by far the usual one.
      if (/^(?:s3|gs):\/\//.test(send.to)) return false;
      return risky || (send.payload !== 'literal' && (send.host === undefined || !isKnownApi(send.host)));
  }
}

/** How much a send weighs: files of the project are a deployment until something else speaks against it. */
export function sendWeight(
  send: Send,
  context: Pick<SessionContext, 'home' | 'platform' | 'workspace'>,
): 'strong' | 'weak' {
  if (send.payload === 'literal') return 'weak';
  if (send.payload !== 'file' || send.files.length === 0 || send.how === 'push') return 'strong';
  return send.files.every((file) => inWorkspace(file, context) && secretClass(file, context) !== 'env-file')
    ? 'weak'
    : 'strong';
}

type Reader = (command: ShellCommand, place: SendPlace) => readonly Send[];

/** What each program sends, by the name `programKey` gives it. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['curl', curl],
  ['wget', wget],
  ...each(['http', 'https', 'xh'], httpie),
  ...each(['invoke-restmethod', 'invoke-webrequest'], powershell),
  ...each(['scp', 'rsync'], copyTo),
  ...each(['sftp', 'ftp', 'tftp', 'lftp'], fileTransfer),
  [
    'rclone',
    (command, place) =>
      /^(?:copy|copyto|sync|move|moveto|rcat)$/.test(command.args[0] ?? '')
        ? bucket(command, place, /^[\w-]{2,}:/)
        : NONE,
  ],
  ['aws', (command, place) => (command.args.includes('s3') ? bucket(command, place, /^s3:\/\//) : NONE)],
  ['gsutil', (command, place) => bucket(command, place, /^gs:\/\//)],
  ['gcloud', (command, place) => (command.args[0] === 'storage' ? bucket(command, place, /^gs:\/\//) : NONE)],
  ['azcopy', (command, place) => bucket(command, place, /^https:\/\//)],
  ['nc', netcat],
  ...each(['mail', 'mailx', 'mutt', 'sendmail', 'swaks'], mail),
  ['git', (command) => (command.args.includes('push') ? gitPush(command) : NONE)],
  ['gh', (command, place) => (command.args[0] === 'gist' ? gist(command, place) : NONE)],
  ...each(['npm', 'pnpm', 'yarn', 'bun', 'cargo', 'twine', 'gem'], publish),
  ['ssh', remoteInput],
  ['openssl', (command, place) => (command.args[0] === 's_client' ? socketInput(command, place) : NONE)],
  ['socat', socketInput],
  ...each(
    ['dig', 'nslookup', 'host', 'ping', 'drill', 'resolve-dnsname', 'resolvectl', 'getent', 'kdig', 'doggo'],
    dns,
  ),
]);

function each(names: readonly string[], reader: Reader): [string, Reader][] {
  return names.map((name) => [name, reader]);
}

/** `true` for a program whose commands can be sends. */
export function canSend(program: string): boolean {
  return READERS.has(programKey(program));
}

function commandSends(command: ShellCommand, place: SendPlace): readonly Send[] {
  if (command.elsewhere) return NONE;
  if (command.code !== undefined) return codeSends(command, command.code);
  return READERS.get(programKey(command.program))?.(command, place) ?? deviceInput(command, place);
}

function gist(command: ShellCommand, place: SendPlace): readonly Send[] {
  const words = operands(command, ['-d', '--desc', '-f', '--filename']);
  if (words[1] !== 'create') return NONE;
  const host = 'gist.github.com';
  return [{ how: 'upload', to: host, host, urlPath: '/', ...files(words.slice(2), command, place), command }];
}

function publish(command: ShellCommand): readonly Send[] {
  if (!command.args.some((word) => PUBLISH.has(word)) || command.args.includes('--dry-run')) return NONE;
  return PUBLISH.has(operands(command)[0] ?? '')
    ? [
        {
          how: 'publish',
          to: `${programKey(command.program)} registry`,
          urlPath: '/',
          payload: 'file',
          files: [],
          command,
        },
      ]
    : NONE;
}

const PUBLISH = new Set(['publish', 'upload', 'push']);

/** MCP tools that speak to people or to the outside. */
const MESSAGE_TOOL =
  /(?:^|_|-)(?:send|post|reply|publish|share|forward|upload)(?:_|-|$)|(?:send|post|reply|publish|share|upload)(?=[A-Z])|(?:create|add)[_-]?(?:issue|comment|pull|pr|gist|message|discussion|review|ticket|draft)/;

/** `true` for an MCP tool that speaks to people or to the outside. */
export function isMessageTool(event: ToolCallEvent): boolean {
  return MESSAGE_TOOL.test(event.tool.mcpTool ?? event.tool.name);
}

function toolSends(event: ToolCallEvent): readonly Send[] {
  const name = event.tool.mcpTool ?? event.tool.name;
  if (!isMessageTool(event)) return [];
  return [
    {
      how: 'message',
      to: `${event.tool.mcpServer ?? 'mcp'}/${name}`,
      urlPath: '/',
      payload: 'dynamic',
      files: [],
    },
  ];
}
