import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, describeCommand, findOption, subcommandOf } from './shared/commands.ts';
import { onCall } from './shared/on-call.ts';

const WORDS = [
  'iam',
  'role',
  'policy',
  'user',
  'access key',
  'service account',
  'service principal',
  'security group',
  'rbac',
  'clusterrole',
  'permission',
  'permissions',
  'token',
  'ssh key',
  'deploy key',
  'public',
  'bucket',
  'mfa',
  'scope',
  'oidc',
  'collaborator',
];

export const cloudIdentityChange: EventRule = {
  on: 'event',
  id: 'cloud.identity-change',
  code: 'B-35',
  title: 'Accounts or rights in the cloud changed',
  severity: 'critical',
  confidence: 'high',
  why: 'A new account, key or right in a cloud or code host stays after the session and can be used from anywhere.',
  triage: 'See which account was used, what was created, and whether you asked for it.',
  advice:
    'Remove what was created if it was not asked for, and give the agent a profile that cannot manage identities.',
  falsePositives: [
    'Infrastructure work you asked for (reported as low when your request names it).',
    'Emulators on this machine (not reported).',
  ],
  references: ['https://attack.mitre.org/techniques/T1098/', 'https://attack.mitre.org/techniques/T1136/'],
  taxonomies: { attack: ['T1098', 'T1136'], atlas: ['AML.T0125'], owasp: ['ASI03'] },
  bundles: ['ACC'],
  trigger: {
    programs: [
      'aws iam',
      'aws ec2',
      'aws s3api',
      'aws sso-admin',
      'aws identitystore',
      'aws organizations',
      'aws lambda',
      'aws sqs',
      'aws sns',
      'aws ecr',
      'gcloud',
      'gsutil',
      'az',
      'gh auth',
      'gh ssh-key',
      'gh gpg-key',
      'gh repo',
      'gh api',
      'glab',
      'kubectl clusterrolebinding',
      'oc',
      'eksctl',
      'doctl',
    ],
  },
  match: onCall((event, context) => {
    const matches: Match[] = [];
    for (const command of event.shell?.commands ?? []) {
      const change = identityChange(command);
      if (change === undefined) continue;
      const asked = askedFor(context, WORDS);
      matches.push({
        subject: change[0],
        detail: `The agent ran "${change[0]}".`,
        severity: asked ? 'low' : change[1],
        excerpt: describeCommand(command),
      });
    }
    return matches;
  }),
  examples: {
    hit: [
      { name: 'access key', calls: [{ shell: 'aws iam create-access-key --user-name admin' }] },
      {
        name: 'admin policy with global options first',
        calls: [
          {
            shell:
              'aws --profile prod --region eu-west-1 iam attach-user-policy --user-name x --policy-arn arn:aws:iam::aws:policy/AdministratorAccess',
          },
        ],
      },
      {
        name: 'open firewall',
        calls: [
          {
            shell:
              'aws ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port 22 --cidr 0.0.0.0/0',
          },
        ],
      },
      { name: 'public bucket', calls: [{ shell: 'aws s3api put-bucket-acl --bucket b --acl public-read' }] },
      {
        name: 'service account key',
        calls: [
          {
            shell:
              'gcloud iam service-accounts keys create key.json --iam-account a@p.iam.gserviceaccount.com',
          },
        ],
      },
      { name: 'everybody', calls: [{ shell: 'gsutil iam ch allUsers:objectViewer gs://b' }] },
      { name: 'service principal', calls: [{ shell: 'az ad sp create-for-rbac --role Owner' }] },
      {
        name: 'cluster administrator',
        calls: [{ shell: 'kubectl create clusterrolebinding x --clusterrole=cluster-admin --user=x' }],
      },
      {
        name: 'wider login',
        calls: [{ shell: "bash -c 'gh auth refresh -h github.com -s admin:org,delete_repo'" }],
      },
      {
        name: 'new login key at the code host',
        calls: [{ shell: 'gh ssh-key add ~/.ssh/id_ed25519.pub --title laptop' }],
      },
      { name: 'nested shell', calls: [{ shell: "bash -c 'aws iam create-access-key --user-name dev'" }] },
      {
        name: 'profile first',
        calls: [
          {
            shell:
              'aws --profile prod iam attach-user-policy --user-name x --policy-arn arn:aws:iam::aws:policy/AdministratorAccess',
          },
        ],
      },
      {
        name: 'gcloud',
        calls: [
          {
            shell:
              'gcloud projects add-iam-policy-binding acme --member=user:x@example.net --role=roles/owner',
          },
        ],
      },
      { name: 'az', calls: [{ shell: 'az role assignment create --assignee x --role Owner' }] },
    ],
    miss: [
      { name: 'who am I', guards: 'reading', calls: [{ shell: 'aws sts get-caller-identity' }] },
      {
        name: 'listing',
        guards: 'reading identities',
        calls: [{ shell: 'aws iam list-users && gcloud iam service-accounts list' }],
      },
      {
        name: 'emulator',
        guards: 'a cloud on this machine',
        calls: [{ shell: 'aws --endpoint-url http://localhost:4566 iam create-user --user-name t' }],
      },
      { name: 'login state', guards: 'status', calls: [{ shell: 'gh auth status' }] },
      { name: 'can I', guards: 'checking a right', calls: [{ shell: 'kubectl auth can-i create pods' }] },
      { name: 'apply', guards: 'ordinary deployment', calls: [{ shell: 'kubectl apply -f k8s/ -n dev' }] },
      {
        name: 'inner firewall rule',
        guards: 'a rule for one network',
        calls: [
          {
            shell:
              'aws ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port 5432 --cidr 10.0.0.0/16',
          },
        ],
      },
      {
        name: 'dry run',
        guards: 'printing only',
        calls: [
          {
            shell: 'kubectl create clusterrolebinding x --clusterrole=view --user=x --dry-run=client -o yaml',
          },
        ],
      },
      {
        name: 'policies',
        guards: 'looking',
        calls: [{ shell: 'aws iam list-attached-user-policies --user-name dev' }],
      },
      { name: 'members', guards: 'looking', calls: [{ shell: 'gcloud projects get-iam-policy acme' }] },
      { name: 'keys listed', guards: 'looking', calls: [{ shell: 'gh ssh-key list' }] },
    ],
  },
};

const AWS_IAM =
  /^(?:create-(?:user|access-key|login-profile|role|policy|policy-version|instance-profile|saml-provider|open-id-connect-provider|service-specific-credential|virtual-mfa-device)|attach-\w+-policy|put-\w+-policy|update-assume-role-policy|update-login-profile|add-user-to-group|add-role-to-instance-profile|deactivate-mfa-device|delete-virtual-mfa-device|upload-ssh-public-key|update-access-key|set-default-policy-version|delete-\w+-permissions-boundary)$/;

function identityChange(command: ShellCommand): readonly [string, Severity] | undefined {
  if (
    command.args.some(
      (word) => /^--dry-run(?:=(?:client|server|true))?$/.test(word) || word === '--help' || word === 'help',
    )
  )
    return undefined;
  const name = canonicalName(command.program);
  const { words } = subcommandOf(command);
  const line = command.args.join(' ');
  switch (name) {
    case 'aws': {
      if (
        /^https?:\/\/(?:localhost|127\.|localstack|host\.docker)/.test(
          findOption(command.args, ['--endpoint-url']) ?? '',
        )
      )
        return undefined;
      const [service = '', verb = ''] = words;
      if (service === 'iam' && AWS_IAM.test(verb))
        return [
          `aws iam ${verb}`,
          /^create-(?:role|policy|instance)|policy-version/.test(verb) ? 'high' : 'critical',
        ];
      if (service === 'ec2' && /^authorize-security-group-ingress$/.test(verb))
        return /0\.0\.0\.0\/0|::\/0/.test(line)
          ? [
              'aws ec2 security group open to everybody',
              /--port[ =](?:80|443)(?:\s|$)/.test(line) ? 'low' : 'critical',
            ]
          : undefined;
      if (
        service === 's3api' &&
        /^put-bucket-(?:acl|policy)$|^delete-public-access-block$|^put-public-access-block$/.test(verb)
      )
        return /public|delete-public|=false|"\*"|Principal/.test(line) || verb === 'put-bucket-policy'
          ? [`aws s3api ${verb}`, 'high']
          : undefined;
      if (service === 'lambda' || service === 'sqs' || service === 'sns' || service === 'ecr')
        return /^(?:add-permission|set-repository-policy|set-queue-attributes)$/.test(verb) &&
          /--principal[ =]["']?\*|"Principal":\s?(?:"\*"|\{"AWS":\s?"\*")/.test(line)
          ? [`aws ${service} open to everybody`, 'critical']
          : undefined;
      if (service === 'sso-admin' || service === 'identitystore' || service === 'organizations')
        return /^(?:create|attach|put|invite|delete)-/.test(verb)
          ? [`aws ${service} ${verb}`, 'critical']
          : undefined;
      return undefined;
    }
    case 'gcloud':
      if (/iam service-accounts keys create/.test(words.join(' ')))
        return ['gcloud service-account key', 'critical'];
      if (/iam service-accounts create|iam roles (?:create|update)/.test(words.join(' ')))
        return ['gcloud service account', 'high'];
      if (/add-iam-policy-binding|set-iam-policy/.test(line))
        return [
          'gcloud iam policy',
          /allUsers|allAuthenticatedUsers|roles\/(?:owner|editor)|admin/i.test(line) ? 'critical' : 'high',
        ];
      if (/firewall-rules create/.test(words.join(' ')) && /0\.0\.0\.0\/0/.test(line))
        return ['gcloud firewall open to everybody', 'high'];
      return undefined;
    case 'gsutil':
      return /^iam ch\b.*all(?:Authenticated)?Users|^acl (?:ch|set)\b.*(?:AllUsers|public-read)/.test(
        words.join(' ') + line,
      ) || /allUsers|public-read/.test(line)
        ? ['gsutil access for everybody', 'critical']
        : undefined;
    case 'az':
      if (
        /^ad (?:sp create|sp credential reset|user create|app credential reset|app create|group member add)/.test(
          words.join(' '),
        )
      )
        return [`az ${words.slice(0, 3).join(' ')}`, 'critical'];
      if (/^role (?:assignment create|definition (?:create|update))/.test(words.join(' ')))
        return [
          `az ${words.slice(0, 3).join(' ')}`,
          /owner|administrator|contributor/i.test(line) ? 'critical' : 'high',
        ];
      if (
        /^network nsg rule create/.test(words.join(' ')) &&
        /(?:source-address-prefixes?|--source-address)\s+(?:\*|'\*'|0\.0\.0\.0\/0|Internet)/i.test(line)
      )
        return ['az firewall open to everybody', 'high'];
      return undefined;
    case 'gh':
      return githubChange(words, line);
    case 'glab':
      if (words[0] === 'api')
        return /\/(?:deploy_keys|members|access_tokens|keys|variables)(?:[\s/?]|$)/.test(line) &&
          /(?:-X|--method)[ =]?(?:PUT|POST|PATCH)|-[fF] /.test(line)
          ? ['glab api change of access', 'critical']
          : undefined;
      return /^(?:ssh-key add|deploy-key add|token create)/.test(words.join(' '))
        ? [`glab ${words.slice(0, 2).join(' ')}`, 'critical']
        : undefined;
    case 'kubectl':
    case 'oc':
      if (/^create clusterrolebinding/.test(words.join(' ')) || /adm policy add-cluster-role-to/.test(line))
        return [`${name} clusterrolebinding`, /cluster-admin|system:/.test(line) ? 'critical' : 'medium'];
      return undefined;
    case 'eksctl':
      return /^create iamidentitymapping/.test(words.join(' '))
        ? ['eksctl iamidentitymapping', 'critical']
        : undefined;
    default:
      return undefined;
  }
}

function githubChange(words: readonly string[], line: string): readonly [string, Severity] | undefined {
  const verb = words.slice(0, 2).join(' ');
  if (/^auth (?:refresh|login)$/.test(verb) && /(?:^|\s)(?:-s|--scopes)[\s=]/.test(line)) {
    return [
      `gh ${verb} with more rights`,
      /admin|delete|write:org|workflow|user/.test(line) ? 'critical' : 'medium',
    ];
  }
  if (/^(?:ssh-key|gpg-key) add$/.test(verb)) return [`gh ${verb}`, 'critical'];
  if (/^repo deploy-key/.test(verb) && words[2] === 'add') return ['gh repo deploy-key add', 'critical'];
  if (
    words[0] === 'api' &&
    /collaborators\/|\/memberships\/|\/keys(?:\s|$)|\/invitations/.test(line) &&
    /(?:-X|--method)[ =]?(?:PUT|POST|PATCH)|-f /.test(line)
  )
    return ['gh api change of access', 'critical'];
  return undefined;
}
