import type { ToolCallEvent } from '../contract/event.ts';
import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match, SessionContext } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { type CloudAct, cloudAct } from './shared/cloud-acts.ts';
import { describeCommand } from './shared/commands.ts';
import { onCall } from './shared/on-call.ts';
import { targetOf } from './shared/targets.ts';

/** Reading verbs wake nothing. */
const TRIGGERS: readonly string[] = [
  ...['kubectl', 'oc'].flatMap((name) =>
    'delete apply create replace patch edit scale autoscale set rollout cordon drain taint label annotate exec cp run expose debug'
      .split(' ')
      .map((verb) => `${name} ${verb}`),
  ),
  ...[
    'helm',
    'pulumi',
    'cdk',
    'terraform',
    'tofu',
    'terragrunt',
    'argocd',
    'serverless',
    'sls',
    'eksctl',
  ].flatMap((name) =>
    'uninstall delete del un upgrade install rollback destroy apply state run-all up deploy app remove'
      .split(' ')
      .map((verb) => `${name} ${verb}`),
  ),
  'aws',
  'gcloud',
  'az',
  'gsutil rm',
  'gsutil rb',
  'heroku apps:destroy',
  'heroku pg:reset',
  'heroku pg:backups:delete',
  'fly destroy',
  'flyctl destroy',
  'doctl delete',
  'remove-azresourcegroup',
  'remove-azvm',
  'vercel remove',
  'vercel rm',
  'netlify sites:delete',
  'railway down',
  'render services',
  'linode-cli delete',
  'hcloud delete',
  'vultr-cli delete',
  'ibmcloud delete',
  'oci delete',
  'nomad stop',
  'docker stack',
  'docker service',
];

const TOOL_ACT =
  /(?:^|[_-])(?:delete|destroy|terminate|drain|scale|uninstall|remove|purge|rollback|restart|apply)(?:[_-]|$)/i;

export const cloudProdWrite: EventRule = {
  on: 'event',
  id: 'cloud.prod-write',
  code: 'B-34',
  title: 'Change to a production system',
  severity: 'high',
  confidence: 'medium',
  why: 'The command changes or deletes parts of a system that, by its name, serves real users, or that has no name of a test system and cannot be brought back.',
  triage: 'Find out whether a change was planned, what is down, and whether it can be rolled back.',
  advice: 'Roll back if needed. Let agents work with accounts that can only read production.',
  falsePositives: [
    'Platform work you asked for (reported one step lower).',
    'Changes to development, test and preview systems (not reported).',
  ],
  references: ['https://attack.mitre.org/techniques/T1485/', 'https://attack.mitre.org/techniques/T1489/'],
  taxonomies: { attack: ['T1485', 'T1489', 'T1490', 'T1078.004'], atlas: ['AML.T0101'], owasp: ['ASI02'] },
  bundles: ['DST', 'CHG'],
  habit: ['lower', 'raise'],
  trigger: { programs: TRIGGERS, tools: [TOOL_ACT] },
  match: onCall((event, context) => {
    if (event.tool.category === 'mcp') return byTool(event, context);
    const matches: Match[] = [];
    const chosen = chosenBefore(event.shell?.commands ?? []);
    for (const command of event.shell?.commands ?? []) {
      const act = cloudAct(command);
      const severity =
        act === undefined ? undefined : severityOf(act, `${placeOf(command, context)} ${chosen}`, context);
      if (act === undefined || severity === undefined) continue;
      matches.push({
        subject: act.what,
        detail: `The agent ran "${act.what}"${targetOf(`${placeOf(command, context)} ${chosen}`) === 'production' ? ' on production' : ''}.`,
        severity,
        excerpt: describeCommand(command),
      });
    }
    return matches;
  }),
  examples: {
    hit: [
      {
        name: 'scale by context',
        calls: [{ shell: 'kubectl --context acme-prod scale deploy/api --replicas=0' }],
      },
      { name: 'apply in a production namespace', calls: [{ shell: 'kubectl apply -f k8s/ -n production' }] },
      {
        name: 'workspace chosen before',
        calls: [{ shell: 'terraform workspace select prod && terraform apply -auto-approve' }],
      },
      {
        name: 'tool of an MCP server',
        calls: [
          { mcp: 'kubernetes', tool: 'resources_delete', args: { context: 'prod', kind: 'Deployment' } },
        ],
      },
      { name: 'namespace deleted', calls: [{ shell: 'kubectl delete ns payments' }] },
      { name: 'release removed', calls: [{ shell: 'helm uninstall api --kube-context prod-eu' }] },
      {
        name: 'destroy with a production file',
        calls: [{ shell: 'terraform destroy -var-file=prod.tfvars -auto-approve' }],
      },
      {
        name: 'destroy in a nested shell',
        calls: [{ shell: "sh -c 'cd envs/production && terraform destroy -auto-approve'" }],
      },
      {
        name: 'workspace by variable',
        calls: [{ shell: 'TF_WORKSPACE=production terraform apply -auto-approve' }],
      },
      {
        name: 'instances by profile',
        calls: [{ shell: 'aws --profile acme-prod ec2 terminate-instances --instance-ids i-0abc' }],
      },
      {
        name: 'profile by variable',
        calls: [
          { shell: 'AWS_PROFILE=prod aws ecs update-service --cluster api --service api --desired-count 0' },
        ],
      },
      {
        name: 'backups deleted',
        calls: [{ shell: 'aws rds delete-db-snapshot --db-snapshot-identifier nightly-1' }],
      },
      { name: 'bucket emptied', calls: [{ shell: 'aws s3 rm s3://acme-customer-files --recursive' }] },
      { name: 'project deleted', calls: [{ shell: 'gcloud projects delete acme-main --quiet' }] },
      { name: 'group deleted', calls: [{ shell: 'az group delete --name acme-rg --yes --no-wait' }] },
      {
        name: 'PowerShell',
        platform: 'win32',
        calls: [{ shell: 'Remove-AzResourceGroup -Name acme-prod -Force', dialect: 'powershell' }],
      },
    ],
    miss: [
      {
        name: 'reading production',
        guards: 'read verbs',
        calls: [{ shell: 'kubectl --context acme-prod get pods -A' }],
      },
      {
        name: 'plan',
        guards: 'looking at a change',
        calls: [{ shell: 'terraform plan -var-file=prod.tfvars' }],
      },
      {
        name: 'development cluster',
        guards: 'test systems',
        calls: [{ shell: 'kubectl delete ns dev-payments --context kind-dev' }],
      },
      {
        name: 'destroy in development',
        guards: 'test systems',
        calls: [{ shell: 'terraform -chdir=envs/dev destroy -auto-approve' }],
      },
      { name: 'dry run', guards: 'tries', calls: [{ shell: 'kubectl apply -f k8s/prod --dry-run=server' }] },
      {
        name: 'pod of a deployment',
        guards: 'restarting one pod',
        calls: [{ shell: 'kubectl delete pod api-7d9f' }],
      },
      {
        name: 'logs',
        guards: 'reading',
        calls: [{ shell: 'aws --profile acme-prod logs tail /ecs/api --since 1h' }],
      },
      {
        name: 'product is no production',
        guards: 'words that begin alike',
        calls: [{ shell: 'kubectl apply -f k8s/product-service.yaml' }],
      },
      {
        name: 'local stack',
        guards: 'imitations on this machine',
        calls: [{ shell: 'aws --endpoint-url http://localhost:4566 s3 rb s3://orders --force' }],
      },
      {
        name: 'deployment of a site',
        guards: 'replacing built files',
        calls: [{ shell: 'aws s3 sync dist/ s3://www.example.com --delete' }],
      },
    ],
  },
};

/** Everything that can name the system: context, profile, files, variables, folder, the objects themselves. */
function placeOf(command: ShellCommand, context: SessionContext): string {
  // `CI=1` says who runs the command, not on what.
  const given = Object.entries(command.assignments)
    .filter(([key]) => key !== 'CI')
    .map(([key, value]) => `${key}=${value}`);
  // The home and the work folder say nothing: an account may be called `dev`.
  return [...command.args, ...given, command.where ?? '', command.cwd ?? '']
    .join(' ')
    .replaceAll(context.workspace ?? context.home, '')
    .replaceAll(context.home, '');
}

/** `terraform workspace select prod && …`: what later commands of the line work on. */
function chosenBefore(commands: readonly ShellCommand[]): string {
  return commands
    .map((command) => command.args.join(' '))
    .filter((line) =>
      /^(?:workspace select|stack select|config (?:use-context|set-context|set project)|account set|ctx|ns)\b/.test(
        line,
      ),
    )
    .join(' ')
    .slice(0, 1_000);
}

const SHARP =
  /replicas[ =]0|desired-count[ =]0|auto-approve|--force(?!-new)|\b(?:cordon|drain|taint|exec|stop|deallocate|detach|disable)\b|-y(?:\s|$)/i;
const TOOL_CLOUD =
  /kube|k8s|helm|aws|azure|gcp|gcloud|terraform|cloudflare|vercel|netlify|railway|render|heroku|digitalocean|argocd|nomad|fly/i;

/** A tool of an MCP server that changes a system with production in its arguments. */
function byTool(event: ToolCallEvent, context: SessionContext): readonly Match[] {
  const name = event.tool.mcpTool ?? event.tool.name;
  const server = event.tool.mcpServer ?? '';
  if (!TOOL_ACT.test(name) || !TOOL_CLOUD.test(`${server} ${name}`)) return [];
  const text = JSON.stringify(event.input.args ?? {}).slice(0, 8_000);
  const kind: CloudAct['kind'] = /delete|destroy|terminate|uninstall|purge|remove/i.test(name)
    ? 'delete'
    : 'change';
  const what = `${server} ${name}`;
  const severity = severityOf({ what, kind }, `${server} ${text}`, context);
  return severity === undefined
    ? []
    : [
        {
          subject: what,
          detail: `The agent called "${name}" of ${server} on production.`,
          severity,
          excerpt: text.slice(0, 300),
        },
      ];
}

function severityOf(act: CloudAct, place: string, context: SessionContext): Severity | undefined {
  const target = targetOf(place);
  const asked = askedFor(context, [
    'production',
    'prod',
    'destroy',
    'delete',
    'tear down',
    'uninstall',
    'roll back',
    'rollback',
    'roll out',
    'rollout',
    'deploy',
    'release',
    'restart',
  ]);
  if (target === 'production') {
    if (act.kind !== 'change') return asked ? 'high' : 'critical';
    // A restart or a new version is a day's work; switching off and applying unseen plans are not.
    return asked ? 'low' : SHARP.test(`${act.what} ${place}`) ? 'high' : 'medium';
  }
  if (target === 'throw-away' || act.kind !== 'final') return undefined;
  return asked ? 'low' : 'high';
}
