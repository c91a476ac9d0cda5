import type { Severity } from '../contract/finding.ts';
import type { ShellAnalysis, ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match, SessionContext } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import type { PathClass } from './shared/path-classes.ts';
import { inWorkspace, secretReads, type SecretUse } from './shared/secrets-read.ts';
import { isExternalSend, sendsOf } from './shared/sends.ts';
import { isTokenUsed, TOKEN_PROGRAMS, tokenCommand } from './shared/sensitive.ts';
import { targetOf } from './shared/targets.ts';

const CLASSES: ReadonlySet<PathClass> = new Set(['cloud-credential']);
const MAX_CODE = 20_000;

/** These hold addresses and profile names; the secret is elsewhere or optional. */
const MOSTLY_SETTINGS =
  /[\\/](?:\.aws[\\/]config|\.docker[\\/]config\.json|\.npmrc|\.yarnrc\.yml|\.m2[\\/]settings\.xml|\.gradle[\\/]gradle\.properties|config_default|configurations[\\/].*|hosts\.yml|active_config)$/i;

/** Settings that hold a login in plain text more often than not. */
const TOKEN_FILES = /[\\/](?:gh[\\/]hosts\.yml|\.docker[\\/]config\.json|\.npmrc)$/i;
const LOGIN_WORDS = [
  'registry',
  'login',
  'log in',
  'auth',
  'token',
  'publish',
  'install',
  'npm',
  'pnpm',
  'docker',
  'github cli',
  'gh',
  'credentials',
  'config',
  'dotfiles',
] as const;

/** A library asked for the login it would use, in a one-liner. */
const LOGIN_BY_CODE =
  /get_credentials\(\)|get_frozen_credentials\(|google\.auth\.default\(|Credential\(\)\.get_token\(|fromNodeProviderChain\(/;

/** Reading one secret of the team's own vault or cluster is daily work; printing a login is not. */
const DAILY =
  /^(?:kubectl (?!config)|vault|op|doppler|heroku|pass|npm|oc|aws (?:secretsmanager|ssm|ecr)|az (?:keyvault|acr)|gcloud secrets)/;

export const readCloudCredentials: EventRule = {
  on: 'event',
  id: 'read.cloud-credentials',
  code: 'B-02',
  title: 'Cloud or service credentials read by an agent',
  severity: 'high',
  confidence: 'high',
  why: 'These files and commands give out logins to cloud accounts, clusters, registries and code hosts. Whoever has the text can act as you.',
  triage: 'See which account the file or token belongs to, and whether anything was sent out afterwards.',
  advice:
    'Let tools use their own login instead of showing it to the agent. If this was not asked for, renew the credential.',
  falsePositives: [
    'Asking the agent why a cloud login fails.',
    'A token passed straight to the login of the same provider (reported as informational).',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1552/001/',
    'https://attack.mitre.org/techniques/T1528/',
  ],
  taxonomies: { attack: ['T1552.001', 'T1528'], atlas: ['AML.T0055'], owasp: ['ASI03'] },
  bundles: ['SEC'],
  trigger: { reads: CLASSES, programs: TOKEN_PROGRAMS, signs: ['inline-code'] },
  match: onCall((event, context) => {
    const sent = sendsOf(event, context).some((send) => isExternalSend(send, context));
    const matches: Match[] = secretReads(event, context, CLASSES).map((use) => ({
      subject: use.path,
      detail: sent
        ? `The agent read ${use.path} and sent data out in the same call.`
        : `The agent read ${use.path}.`,
      severity: fileSeverity(use, sent, event.shell, context),
      excerpt: excerptOf(event),
    }));
    for (const command of event.shell?.commands ?? []) {
      const code = command.code?.slice(0, MAX_CODE);
      if (
        code !== undefined &&
        LOGIN_BY_CODE.test(code) &&
        /secret_key|access_key|token|print|log\(/i.test(code)
      )
        matches.push({
          subject: `a login by ${command.program}`,
          detail: `The agent asked a library for the login it uses, in code for ${command.program}.`,
          severity: sent ? 'critical' : 'medium',
          excerpt: excerptOf(event),
        });
      const token = command.elsewhere ? undefined : tokenCommand(command);
      if (token === undefined || event.shell === undefined) continue;
      matches.push({
        subject: token,
        detail: `The agent ran "${token}", which gives out a login.`,
        severity: tokenSeverity(token, command, event.shell, sent, context),
        excerpt: excerptOf(event),
      });
    }
    return matches;
  }),
  examples: {
    hit: [
      { name: 'whole folder', calls: [{ shell: 'cp -r ~/.aws /tmp/a' }] },
      { name: 'helper of git', calls: [{ shell: 'echo url=https://github.com | git credential fill' }] },
      { name: 'token by way of a variable', calls: [{ shell: 'T=$(gh auth token); echo $T' }] },
      {
        name: 'library asked for its login',
        calls: [
          {
            shell: `python3 -c "import boto3; c=boto3.Session().get_credentials(); print(c.access_key, c.secret_key)"`,
          },
        ],
      },
      { name: 'aws credentials', calls: [{ shell: 'cat ~/.aws/credentials' }] },
      { name: 'kube config through grep', calls: [{ shell: "grep -A2 'client-key-data' ~/.kube/config" }] },
      {
        name: 'read tool on application default credentials',
        calls: [{ read: '/home/dev/.config/gcloud/application_default_credentials.json' }],
      },
      { name: 'printed token', calls: [{ shell: 'gh auth token' }] },
      {
        name: 'exported aws session',
        calls: [{ shell: 'aws configure export-credentials --profile prod --format env' }],
      },
      {
        name: 'node reads netrc',
        calls: [{ shell: `node -e "console.log(require('fs').readFileSync('/home/dev/.netrc','utf8'))"` }],
      },
      { name: 'archive of the azure folder', calls: [{ shell: 'tar czf /tmp/a.tgz ~/.azure/' }] },
      {
        name: 'PowerShell',
        platform: 'win32',
        calls: [{ shell: 'type $env:USERPROFILE\\.aws\\credentials', dialect: 'powershell' }],
      },
      { name: 'jq on a login', calls: [{ shell: 'jq . ~/.docker/config.json' }] },
      {
        name: 'copied to the project',
        calls: [{ shell: 'cp ~/.config/gcloud/application_default_credentials.json ./key.json' }],
      },
      { name: 'nested shell', calls: [{ shell: "bash -lc 'cat ~/.kube/config'" }] },
      {
        name: 'PowerShell',
        platform: 'win32',
        calls: [{ shell: 'gc $env:USERPROFILE\\.aws\\credentials', dialect: 'powershell' }],
      },
    ],
    miss: [
      {
        name: 'aws uses its profile',
        guards: 'a client opening its own file',
        calls: [{ shell: 'aws s3 ls --profile dev' }],
      },
      {
        name: 'kubectl with a config',
        guards: 'a file named as option',
        calls: [{ shell: 'kubectl --kubeconfig ~/.kube/config get pods' }],
      },
      { name: 'who am I', guards: 'status without token', calls: [{ shell: 'gh auth status' }] },
      { name: 'listing profiles', guards: 'names only', calls: [{ shell: 'aws configure list-profiles' }] },
      {
        name: 'template',
        guards: 'example files',
        calls: [{ read: '/home/dev/app/service-account.json.example' }],
      },
      {
        name: 'docs',
        guards: 'code that only carries the name',
        calls: [{ read: '/home/dev/app/src/credentials.ts' }],
      },
      {
        name: 'who am I',
        guards: 'asking the provider',
        calls: [{ shell: 'aws sts get-caller-identity && gcloud auth list' }],
      },
      { name: 'context', guards: 'looking at names', calls: [{ shell: 'kubectl config get-contexts' }] },
      { name: 'profiles', guards: 'names of profiles', calls: [{ shell: 'aws configure list-profiles' }] },
      { name: 'login', guards: 'logging in', calls: [{ shell: 'gh auth status' }] },
    ],
  },
};

/** Only lines that hold no secret come through: `cat ~/.kube/config | grep server`. */
function isFiltered(use: SecretUse, shell: ShellAnalysis | undefined): boolean {
  if (shell === undefined || use.command === undefined) return false;
  const { pipeline, stage } = use.command;
  return shell.commands.some((command) => {
    if (
      command.pipeline !== pipeline ||
      command.stage < stage ||
      !/^(?:grep|rg|egrep)$/.test(command.program)
    )
      return false;
    const pattern = command.args.find((word) => !word.startsWith('-')) ?? '';
    return SETTING_WORDS.test(pattern) && !command.args.some((word) => /^-\w*[vABC]/.test(word));
  });
}

const SETTING_WORDS =
  /^\^?(?:(?:registry|server|cluster|clusters|context|current-context|contexts|region|profile|name|namespace|host|hosts|url|account|project|email|image|version)\\?[|:=]?){1,4}$/i;

function fileSeverity(
  use: SecretUse,
  sent: boolean,
  shell: ShellAnalysis | undefined,
  context: SessionContext,
): Severity {
  if (sent || use.how === 'send') return 'critical';
  if (isFiltered(use, shell)) return 'low';
  if (inWorkspace(use.path, context)) return 'low';
  if (!MOSTLY_SETTINGS.test(use.path)) return 'high';
  // A login may stand in these; who asks about the registry or the login wants to know.
  const named = askedFor(context, [...LOGIN_WORDS, ...use.path.split(/[\\/.]/).slice(-3)]);
  return TOKEN_FILES.test(use.path) && !named ? 'medium' : 'low';
}

function tokenSeverity(
  token: string,
  command: ShellCommand,
  shell: ShellAnalysis,
  sent: boolean,
  context: SessionContext,
): Severity {
  if (sent) return 'critical';
  if (isTokenUsed(command, shell)) return 'informational';
  if (!DAILY.test(token)) return 'medium';
  const line = command.args.join(' ');
  const many = /(?:^|\s)(?:--recursive|--all-namespaces|-A)(?:\s|$)/.test(line);
  const named = askedFor(context, [
    'secret',
    'secrets',
    'password',
    'credential',
    'credentials',
    'token',
    'production',
    'prod',
  ]);
  return !named && (many || targetOf(line) === 'production') ? 'medium' : 'low';
}
