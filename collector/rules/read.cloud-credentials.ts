import type { Severity } from '../contract/finding.ts';
import type { ShellAnalysis, ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match, SessionContext } from './rule.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import type { PathClass } from './shared/path-classes.ts';
import { inWorkspace, secretReads, type SecretUse } from './shared/secrets-read.ts';
import { isExternalSend, sendsOf } from './shared/sends.ts';
import { isTokenUsed, TOKEN_PROGRAMS, tokenCommand } from './shared/sensitive.ts';

const CLASSES: ReadonlySet<PathClass> = new Set(['cloud-credential']);

/** These hold addresses and profile names; the secret is elsewhere or optional. */
const MOSTLY_SETTINGS =
  /[\\/](?:\.aws[\\/]config|\.docker[\\/]config\.json|\.npmrc|\.yarnrc\.yml|\.m2[\\/]settings\.xml|\.gradle[\\/]gradle\.properties|config_default|configurations[\\/].*|hosts\.yml|active_config)$/i;

/** Reading one secret of the team's own vault or cluster is daily work; printing a login is not. */
const DAILY =
  /^(?:kubectl|vault|op|doppler|heroku|pass|npm|oc|aws (?:secretsmanager|ssm|ecr)|az (?:keyvault|acr)|gcloud secrets)/;

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
  trigger: { reads: CLASSES, programs: TOKEN_PROGRAMS },
  match: onCall((event, context) => {
    const sent = sendsOf(event, context).some((send) => isExternalSend(send, context));
    const matches: Match[] = secretReads(event, context, CLASSES).map((use) => ({
      subject: use.path,
      detail: sent
        ? `The agent read ${use.path} and sent data out in the same call.`
        : `The agent read ${use.path}.`,
      severity: fileSeverity(use, sent, context),
      excerpt: excerptOf(event),
    }));
    for (const command of event.shell?.commands ?? []) {
      const token = command.elsewhere ? undefined : tokenCommand(command);
      if (token === undefined || event.shell === undefined) continue;
      matches.push({
        subject: token,
        detail: `The agent ran "${token}", which gives out a login.`,
        severity: tokenSeverity(token, command, event.shell, sent),
        excerpt: excerptOf(event),
      });
    }
    return matches;
  }),
  examples: {
    hit: [
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

function fileSeverity(use: SecretUse, sent: boolean, context: SessionContext): Severity {
  if (sent || use.how === 'send') return 'critical';
  return MOSTLY_SETTINGS.test(use.path) || inWorkspace(use.path, context) ? 'low' : 'high';
}

function tokenSeverity(token: string, command: ShellCommand, shell: ShellAnalysis, sent: boolean): Severity {
  if (sent) return 'critical';
  if (isTokenUsed(command, shell)) return 'informational';
  return DAILY.test(token) ? 'low' : 'medium';
}
