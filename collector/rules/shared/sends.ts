import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { flagValues, operands } from './arguments.ts';
import { isLocalHost, normalizeHost, parseUrl, riskyDestination } from './hosts.ts';
import { resolvePath } from './paths.ts';
import { programKey } from './programs.ts';
import { inWorkspace, secretClass } from './secrets-read.ts';

export type SendHow = 'upload' | 'copy' | 'push' | 'publish' | 'message' | 'dns' | 'link';

/** Something of this machine leaves it, or would. */
export interface Send {
  readonly how: SendHow;
  /** Host, bucket, remote or tool: what a person recognises. */
  readonly to: string;
  readonly host?: string;
  readonly urlPath: string;
  /** `file` = named files, `stdin` = what a pipe or redirect brings, `dynamic` = a variable or substitution, `literal` = written out. */
  readonly payload: 'file' | 'stdin' | 'dynamic' | 'literal';
  /** Absolute paths of what is sent, when named. */
  readonly files: readonly string[];
  readonly command?: ShellCommand;
}

type Place = Pick<SessionContext, 'home' | 'platform'>;

const cache = new WeakMap<ToolCallEvent, readonly Send[]>();

/** Everything a call sends away from this machine and its network, in order. Worked out once per event. */
export function sendsOf(event: ToolCallEvent, place: Place): readonly Send[] {
  const known = cache.get(event);
  if (known !== undefined) return known;
  const sends: Send[] = [];
  for (const command of event.shell?.commands ?? []) {
    if (sends.length < 50) sends.push(...commandSends(command, place));
  }
  if (event.tool.category === 'mcp') sends.push(...toolSends(event));
  if (event.tool.category === 'web' && event.input.url !== undefined)
    sends.push(...linkSends(event.input.url));
  const outside = sends.filter((send) => send.host === undefined || !isLocalHost(send.host));
  cache.set(event, outside);
  return outside;
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

function commandSends(command: ShellCommand, place: Place): readonly Send[] {
  if (command.elsewhere) return [];
  if (command.code !== undefined) return codeSends(command, command.code);
  switch (programKey(command.program)) {
    case 'curl':
      return curl(command, place);
    case 'wget':
      return wget(command, place);
    case 'http':
    case 'https':
    case 'xh':
      return httpie(command, place);
    case 'invoke-restmethod':
    case 'irm':
    case 'invoke-webrequest':
    case 'iwr':
      return powershell(command, place);
    case 'scp':
    case 'rsync':
      return copyTo(command, place);
    case 'sftp':
    case 'ftp':
    case 'tftp':
    case 'lftp':
      return fileTransfer(command);
    case 'rclone':
      return /^(?:copy|copyto|sync|move|moveto|rcat)$/.test(command.args[0] ?? '')
        ? bucket(command, place, /^[\w-]{2,}:/)
        : [];
    case 'aws':
      return command.args.includes('s3') ? bucket(command, place, /^s3:\/\//) : [];
    case 'gsutil':
      return bucket(command, place, /^gs:\/\//);
    case 'gcloud':
      return command.args[0] === 'storage' ? bucket(command, place, /^gs:\/\//) : [];
    case 'azcopy':
      return bucket(command, place, /^https:\/\//);
    case 'nc':
    case 'ncat':
    case 'netcat':
      return netcat(command);
    case 'mail':
    case 'mailx':
    case 'mutt':
    case 'sendmail':
    case 'swaks':
      return mail(command, place);
    case 'git':
      return gitPush(command);
    case 'gh':
      return /^gist create/.test(operands(command).slice(0, 2).join(' '))
        ? [
            {
              how: 'upload',
              to: 'gist.github.com',
              host: 'gist.github.com',
              urlPath: '/',
              ...files(operands(command).slice(2), command, place),
              command,
            },
          ]
        : [];
    case 'npm':
    case 'pnpm':
    case 'yarn':
    case 'bun':
    case 'cargo':
    case 'twine':
    case 'gem':
      return /^(?:publish|upload|push)$/.test(operands(command)[0] ?? '') &&
        !command.args.includes('--dry-run')
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
        : [];
    case 'dig':
    case 'nslookup':
    case 'host':
    case 'ping':
    case 'drill':
    case 'resolve-dnsname':
      return dns(command);
    default:
      return [];
  }
}

function to(
  url: string,
): { readonly to: string; readonly host?: string; readonly urlPath: string } | undefined {
  const parsed = parseUrl(url.includes('://') ? url : `http://${url}`);
  if (parsed === undefined)
    return /[$`]/.test(url) ? { to: 'an address only known at run time', urlPath: '/' } : undefined;
  return { to: parsed.host, host: parsed.host, urlPath: parsed.path };
}

const CURL_VALUED = [
  '-X',
  '--request',
  '-H',
  '--header',
  '-o',
  '--output',
  '-u',
  '--user',
  '-A',
  '--user-agent',
  '-e',
  '--referer',
  '-b',
  '--cookie',
  '-c',
  '--cookie-jar',
  '-m',
  '--max-time',
  '--connect-timeout',
  '--retry',
  '-x',
  '--proxy',
  '-w',
  '--write-out',
  '--cacert',
  '--cert',
  '--key',
  '-d',
  '--data',
  '--data-raw',
  '--data-binary',
  '--data-ascii',
  '--data-urlencode',
  '--json',
  '-F',
  '--form',
  '--form-string',
  '-T',
  '--upload-file',
  '-K',
  '--config',
  '--resolve',
  '-r',
  '--range',
  '-E',
  '--retry-delay',
  '--url',
  '-D',
  '--dump-header',
  '-Y',
  '-y',
  '-z',
];
const CURL_DATA = [
  '-d',
  '--data',
  '--data-binary',
  '--data-ascii',
  '--data-urlencode',
  '--json',
  '-F',
  '--form',
];

function curl(command: ShellCommand, place: Place): readonly Send[] {
  const url = flagValues(command, ['--url'])[0] ?? operands(command, CURL_VALUED)[0];
  if (url === undefined) return [];
  const target = to(url);
  if (target === undefined) return [];
  const bodies = flagValues(command, CURL_DATA);
  const raw = flagValues(command, ['--data-raw', '--form-string']);
  const uploads = flagValues(command, ['-T', '--upload-file']);
  const named = [...bodies.flatMap(atFiles), ...uploads];
  const headers = flagValues(command, ['-H', '--header', '-b', '--cookie', '-A', '-e', '-u', '--user']);
  if (named.length > 0) return [{ how: 'upload', ...target, ...files(named, command, place), command }];
  const texts = [...bodies, ...raw];
  if (texts.length > 0) {
    return [
      {
        how: 'upload',
        ...target,
        payload: texts.some(isSubstituted) ? 'dynamic' : 'literal',
        files: [],
        command,
      },
    ];
  }
  // Data may leave in the address or a header of a plain GET as well.
  if (runsInside(url) || headers.some(runsInside))
    return [{ how: 'link', ...target, payload: 'dynamic', files: [], command }];
  return [];
}

function wget(command: ShellCommand, place: Place): readonly Send[] {
  const url = operands(command, ['-O', '-o', '-P', '-U', '--header']).find(
    (word) => word.includes('://') || word.includes('.'),
  );
  const target = url === undefined ? undefined : to(url);
  if (url === undefined || target === undefined) return [];
  const named = flagValues(command, ['--post-file', '--body-file']);
  if (named.length > 0) return [{ how: 'upload', ...target, ...files(named, command, place), command }];
  const texts = flagValues(command, ['--post-data', '--body-data']);
  if (texts.length > 0)
    return [
      {
        how: 'upload',
        ...target,
        payload: texts.some(isSubstituted) ? 'dynamic' : 'literal',
        files: [],
        command,
      },
    ];
  return runsInside(url) ? [{ how: 'link', ...target, payload: 'dynamic', files: [], command }] : [];
}

function httpie(command: ShellCommand, place: Place): readonly Send[] {
  const words = operands(command);
  const method = /^(?:POST|PUT|PATCH)$/.test(words[0] ?? '') ? words.shift() : undefined;
  const target = to(words.shift() ?? '');
  if (target === undefined) return [];
  const named = words.flatMap((word) => /^[\w.-]{1,60}(?::=|=)?@(.+)$/.exec(word)?.[1] ?? []);
  if (named.length > 0) return [{ how: 'upload', ...target, ...files(named, command, place), command }];
  const input = command.redirects.some((redirect) => redirect.operator.startsWith('<'));
  if (input || (method !== undefined && command.stage > 0))
    return [{ how: 'upload', ...target, ...stdin(command, place), command }];
  return words.length > 0 || method !== undefined
    ? [
        {
          how: 'upload',
          ...target,
          payload: words.some(isSubstituted) ? 'dynamic' : 'literal',
          files: [],
          command,
        },
      ]
    : [];
}

function powershell(command: ShellCommand, place: Place): readonly Send[] {
  const lower = command.args.map((word) => word.toLowerCase());
  const after = (names: readonly string[]): string | undefined => {
    const at = lower.findIndex((word) => names.includes(word));
    return at < 0 ? undefined : command.args[at + 1];
  };
  const url = after(['-uri', '-u']) ?? command.args.find((word) => word.includes('://'));
  const target = url === undefined ? undefined : to(url);
  if (target === undefined) return [];
  const infile = after(['-infile']);
  if (infile !== undefined)
    return [{ how: 'upload', ...target, ...files([infile], command, place), command }];
  const body = after(['-body', '-b', '-form']);
  if (body === undefined) return [];
  return [
    {
      how: 'upload',
      ...target,
      payload: isSubstituted(body) || body.startsWith('(') ? 'dynamic' : 'literal',
      files: [],
      command,
    },
  ];
}

function copyTo(command: ShellCommand, place: Place): readonly Send[] {
  const words = operands(command, [
    '-i',
    '-P',
    '-F',
    '-o',
    '-c',
    '-J',
    '-l',
    '-S',
    '-e',
    '--rsh',
    '--exclude',
    '--include',
    '--filter',
  ]);
  const last = words.pop();
  if (last === undefined || !isRemote(last)) return [];
  const local = words.filter((word) => !isRemote(word));
  if (local.length === 0) return [];
  const host = remoteHost(last);
  return [
    {
      how: 'copy',
      to: host ?? last,
      ...(host === undefined ? {} : { host }),
      urlPath: '/',
      ...files(local, command, place),
      command,
    },
  ];
}

function isRemote(word: string): boolean {
  return (
    word.startsWith('rsync://') ||
    word.startsWith('scp://') ||
    (/^[^/\\:]{2,}:/.test(word) && !/^[A-Za-z]:[\\/]/.test(word))
  );
}

function remoteHost(word: string): string | undefined {
  const url = word.includes('://') ? parseUrl(word) : undefined;
  return url?.host ?? normalizeHost(word.slice(0, word.indexOf(':')).replace(/^.*@/, ''));
}

function fileTransfer(command: ShellCommand): readonly Send[] {
  const word = operands(command, ['-i', '-P', '-b', '-o', '-e', '-u', '-c']).at(0);
  const target = word === undefined ? undefined : to(word.replace(/^.*@/, '').replace(/:(?!\/\/).*$/, ''));
  const text = `${command.stdinText ?? ''} ${command.args.join(' ')}`;
  return target !== undefined && /\b(?:m?put|mirror\s+-R|reput)\b/.test(text)
    ? [{ how: 'copy', ...target, payload: 'file', files: [], command }]
    : [];
}

function bucket(command: ShellCommand, place: Place, remote: RegExp): readonly Send[] {
  const words = operands(command, [
    '--profile',
    '--region',
    '--acl',
    '--exclude',
    '--include',
    '--endpoint-url',
    '--content-type',
    '--cache-control',
  ]).slice(1);
  const paths = words.filter((word) => remote.test(word) || /[./~-]/.test(word) || word === '.');
  const last = paths.at(-1);
  if (last === undefined || !remote.test(last)) return [];
  const local = paths.slice(0, -1).filter((word) => !remote.test(word));
  if (local.length === 0 && command.args[0] !== 'rcat') return [];
  return [
    {
      how: 'copy',
      to: last.split('/').slice(0, 3).join('/').replace(/\?.*$/, ''),
      urlPath: '/',
      ...files(local, command, place),
      command,
    },
  ];
}

function netcat(command: ShellCommand): readonly Send[] {
  if (command.args.some((word) => /^-[a-z]*[lz]/.test(word))) return [];
  const [name, port] = operands(command, ['-w', '-p', '-s', '-x', '-X', '-i', '-q']);
  const target = name === undefined || port === undefined ? undefined : to(name);
  if (target === undefined) return [];
  const fed = command.stage > 0 || command.redirects.some((redirect) => redirect.operator.startsWith('<'));
  return fed ? [{ how: 'upload', ...target, payload: 'stdin', files: [], command }] : [];
}

function mail(command: ShellCommand, place: Place): readonly Send[] {
  const recipient = operands(command, ['-s', '-a', '-A', '-r', '-c', '-b']).find((word) =>
    word.includes('@'),
  );
  if (recipient === undefined) return [];
  const attached = flagValues(command, ['-a', '-A', '--attach']);
  const host = normalizeHost(recipient.slice(recipient.lastIndexOf('@') + 1));
  return [
    {
      how: 'message',
      to: recipient,
      ...(host === undefined ? {} : { host }),
      urlPath: '/',
      ...(attached.length > 0 ? files(attached, command, place) : { payload: 'stdin' as const, files: [] }),
      command,
    },
  ];
}

/** `git push` to an address written out; a named remote is told by the session (`addedRemotes`). */
function gitPush(command: ShellCommand): readonly Send[] {
  const words = operands(command, ['-C', '-c', '--git-dir', '--work-tree', '-o', '--push-option', '--repo']);
  if (words[0] !== 'push') return [];
  const remote = words[1];
  if (remote === undefined || command.args.includes('--dry-run')) return [];
  const url = parseUrl(remote);
  return [
    {
      how: 'push',
      to: url?.host ?? `remote ${remote}`,
      ...(url === undefined ? {} : { host: url.host }),
      urlPath: url?.path ?? '/',
      payload: 'file',
      files: [],
      command,
    },
  ];
}

function dns(command: ShellCommand): readonly Send[] {
  const name = operands(command, ['-t', '-c', '-W', '-p', '-n', '-w']).find(
    (word) => runsInside(word) && word.includes('.'),
  );
  if (name === undefined) return [];
  const tail = /\.([\w-]+(?:\.[\w-]+)+)\.?$/.exec(name)?.[1];
  return [
    {
      how: 'dns',
      to: tail ?? 'a name built at run time',
      ...(tail === undefined ? {} : { host: tail.toLowerCase() }),
      urlPath: '/',
      payload: 'dynamic',
      files: [],
      command,
    },
  ];
}

const CODE_POST =
  /\b(?:requests\.(?:post|put|patch)|httpx\.(?:post|put|patch)|session\.post|urlopen\(|http\.client|HTTPSConnection|axios\.(?:post|put)|fetch\(|Net::HTTP\.post|HTTP::Tiny|LWP::UserAgent|UploadFile|UploadString|https?\.request|sendall\()/;

function codeSends(command: ShellCommand, code: string): readonly Send[] {
  const text = code.slice(0, 20_000);
  if (!CODE_POST.test(text)) return [];
  if (
    /fetch\(|urlopen\(|https?\.request/.test(text) &&
    !/\bPOST\b|\bPUT\b|\bbody\b|\bdata\s*=|method\s*:/.test(text)
  )
    return [];
  const url = /https?:\/\/[^\s'"`)]{3,300}/.exec(text)?.[0];
  const target = url === undefined ? { to: 'an address only known at run time', urlPath: '/' } : to(url);
  if (target === undefined) return [];
  const reads = /\bopen\(|read_text|readFile|File\.read|environ|process\.env|file_get_contents|\bENV\b/.test(
    text,
  );
  return [{ how: 'upload', ...target, payload: reads ? 'dynamic' : 'literal', files: [], command }];
}

/** MCP tools that speak to people or to the outside. */
const MESSAGE_TOOL =
  /(?:^|_|-)(?:send|post|reply|publish|share|forward|upload)(?:_|-|$)|(?:send|post|reply|publish|share|upload)(?=[A-Z])|(?:create|add)[_-]?(?:issue|comment|pull|pr|gist|message|discussion|review|ticket|draft)/;

function toolSends(event: ToolCallEvent): readonly Send[] {
  const name = event.tool.mcpTool ?? event.tool.name;
  if (!MESSAGE_TOOL.test(name)) return [];
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

/** A fetched address whose query carries a long opaque text. */
function linkSends(raw: string): readonly Send[] {
  const url = parseUrl(raw);
  if (url === undefined) return [];
  const opaque = url.query
    .split('&')
    .some((part) => /^[\w+/=%-]{60,}$/.test(part.slice(part.indexOf('=') + 1)));
  return opaque
    ? [{ how: 'link', to: url.host, host: url.host, urlPath: url.path, payload: 'dynamic', files: [] }]
    : [];
}

function atFiles(body: string): string[] {
  const direct = /^(?:[\w.[\]-]{0,60}=)?[@<](.+)$/.exec(body)?.[1];
  return direct === undefined ? [] : [direct.replace(/;(?:type|filename)=.*$/, '')];
}

function files(
  words: readonly string[],
  command: ShellCommand,
  place: Place,
): Pick<Send, 'payload' | 'files'> {
  if (words.some((word) => word === '-' || word === '.-' || word === '/dev/stdin'))
    return stdin(command, place);
  const cwd = command.cwd === undefined ? {} : { cwd: command.cwd };
  return {
    payload: 'file',
    files: words.flatMap(
      (word) => resolvePath(word, { home: place.home, platform: place.platform, ...cwd }) ?? [],
    ),
  };
}

function stdin(command: ShellCommand, place: Place): Pick<Send, 'payload' | 'files'> {
  const input = command.redirects.find((redirect) => redirect.operator === '<')?.target;
  if (input === undefined || input === '-') return { payload: 'stdin', files: [] };
  return files([input], command, place);
}

/** Holds a command substitution. */
function runsInside(word: string): boolean {
  return /\$\(|`/.test(word);
}

/** Holds a variable that is a whole value, or a substitution; `{"id": "$ID"}` in a long JSON body is ordinary. */
function isSubstituted(word: string): boolean {
  return runsInside(word) || /^(?:[\w.-]+=)?\$\{?\w+\}?$/.test(word);
}
