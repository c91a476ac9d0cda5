import type { Principal, PrincipalUse } from '../../contract/identity.ts';
import { findOption, subcommandOf } from '../../rules/shared/commands.ts';
import { isLocalHost, parseUrl } from '../../rules/shared/hosts.ts';
import { defaultConfidence, defaultOf, literal, onlyKnown, type Scope, use } from './scope.ts';

type Uses = readonly PrincipalUse[];

/** AWS CLI v2, SAM, CDK, eksctl, Terraform's provider: one chain. `--profile` beats keys in the environment, these beat `AWS_PROFILE`. */
export function aws(scope: Scope): Uses {
  const { args } = scope.command;
  const { words } = subcommandOf(scope.command);
  if (LOCAL_AWS.test(words.slice(0, 2).join(' ')) || args.includes('--no-sign-request')) return [];
  const endpoint = findOption(args, ['--endpoint-url']);
  if (endpoint !== undefined && isLocalHost(parseUrl(endpoint)?.host ?? '')) return [];
  const role = words[0] === 'sts' ? literal(findOption(args, ['--role-arn'])) : undefined;
  const uses = awsCaller(scope, findOption(args, ['--profile']));
  return role === undefined ? uses : [...uses, use(scope, 'aws-profile', `AWS role ${role}`, 'flag', 'high')];
}

const LOCAL_AWS = /^(?:configure(?: (?:list|get|set|import|list-profiles))?|help|history.*)?$/;

export function awsCaller(scope: Scope, flag: string | undefined): Uses {
  if (flag !== undefined) {
    const name = literal(flag);
    return name === undefined ? [] : [awsProfile(scope, name, 'flag')];
  }
  if (scope.variable('AWS_ACCESS_KEY_ID') !== undefined)
    return [use(scope, 'aws-profile', 'AWS access key from the environment', 'environment', 'high')];
  if (scope.variable('AWS_WEB_IDENTITY_TOKEN_FILE') !== undefined) {
    return [use(scope, 'aws-profile', 'AWS web identity from the environment', 'environment', 'high')];
  }
  const named = scope.variable('AWS_PROFILE', 'AWS_DEFAULT_PROFILE');
  if (named !== undefined)
    return named.value === undefined ? [] : [awsProfile(scope, named.value, 'environment')];
  const broker = scope.chosen.get('aws-broker');
  if (broker !== undefined) return broker === '' ? [] : [awsProfile(scope, broker, 'flag')];
  const usual = defaultOf(scope, 'aws-profile');
  return usual === undefined
    ? []
    : [use(scope, 'aws-profile', describeAws(usual), 'default-chain', defaultConfidence(scope), usual)];
}

function awsProfile(scope: Scope, name: string, evidence: 'flag' | 'environment'): PrincipalUse {
  const principal = onlyKnown(scope, 'aws-profile', (known) => known.name === name);
  const text = principal === undefined ? `AWS profile ${name}` : describeAws(principal);
  return use(scope, 'aws-profile', text, evidence, 'high', principal);
}

function describeAws(principal: Principal): string {
  const details = [
    principal.account === undefined ? undefined : `account ${principal.account}`,
    principal.role === undefined ? undefined : `role ${principal.role}`,
  ].filter((part) => part !== undefined);
  return `AWS profile ${principal.name}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

/** gcloud, gsutil, bq. A project narrows an account; it is no account by itself. */
export function gcloud(scope: Scope): Uses {
  const { args } = scope.command;
  const { words } = subcommandOf(scope.command);
  const line = words.slice(0, 3).join(' ');
  if (LOCAL_GCLOUD.test(line)) return [];
  const project = literal(findOption(args, ['--project', '--project_id']));
  const inProject = project === undefined ? '' : `, project ${project}`;
  const impersonated = findOption(args, ['--impersonate-service-account']);
  if (impersonated !== undefined) {
    const name = literal(impersonated);
    return name === undefined
      ? []
      : [use(scope, 'gcloud-configuration', `Google Cloud as ${name}${inProject}`, 'flag', 'high')];
  }
  const account = findOption(args, ['--account']);
  if (account !== undefined) return byAccount(scope, literal(account), inProject, 'flag');
  const configuration = findOption(args, ['--configuration']);
  if (configuration !== undefined) return byConfiguration(scope, literal(configuration), inProject, 'flag');
  const key = scope.variable('CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE', 'CLOUDSDK_AUTH_ACCESS_TOKEN_FILE');
  if (key !== undefined)
    return [
      use(
        scope,
        'gcloud-configuration',
        `Google Cloud key file from the environment${inProject}`,
        'environment',
        'high',
      ),
    ];
  const set = scope.variable('CLOUDSDK_CORE_ACCOUNT');
  if (set !== undefined) return byAccount(scope, set.value, inProject, 'environment');
  const active = scope.variable('CLOUDSDK_ACTIVE_CONFIG_NAME');
  if (active !== undefined) return byConfiguration(scope, active.value, inProject, 'environment');
  const chosen = scope.chosen.get('gcloud-configuration');
  if (chosen !== undefined) return byConfiguration(scope, chosen, inProject, 'context');
  const chosenAccount = scope.chosen.get('gcloud-account');
  if (chosenAccount !== undefined) return byAccount(scope, chosenAccount, inProject, 'context');
  const usual = defaultOf(scope, 'gcloud-configuration');
  if (usual !== undefined) {
    const text = `Google Cloud configuration ${usual.name}${usual.user === undefined ? '' : ` as ${usual.user}`}`;
    const where = project ?? scope.chosen.get('gcloud-project') ?? usual.account;
    return [
      use(
        scope,
        'gcloud-configuration',
        where === undefined ? text : `${text}, project ${where}`,
        'default-chain',
        defaultConfidence(scope),
        usual,
      ),
    ];
  }
  return project === undefined
    ? []
    : [use(scope, 'gcloud-configuration', `Google Cloud project ${project}`, 'flag', 'medium')];
}

const LOCAL_GCLOUD =
  /^(?:(?:version|help|info|topic|components|completion|config (?:list|get|get-value|set|unset|configurations).*|auth list)(?: .*)?)?$/;

function byAccount(
  scope: Scope,
  account: string | undefined,
  inProject: string,
  evidence: 'flag' | 'environment' | 'context',
): Uses {
  if (account === undefined) return [];
  const principal = onlyKnown(scope, 'gcloud-configuration', (known) => known.user === account);
  return [
    use(scope, 'gcloud-configuration', `Google Cloud as ${account}${inProject}`, evidence, 'high', principal),
  ];
}

function byConfiguration(
  scope: Scope,
  name: string | undefined,
  inProject: string,
  evidence: 'flag' | 'environment' | 'context',
): Uses {
  if (name === undefined) return [];
  const principal = onlyKnown(scope, 'gcloud-configuration', (known) => known.name === name);
  const as = principal?.user === undefined ? '' : ` as ${principal.user}`;
  const text = `Google Cloud configuration ${name}${as}${inProject}`;
  return [use(scope, 'gcloud-configuration', text, evidence, 'high', principal)];
}

/** Azure CLI: a subscription decides user and tenant. */
export function az(scope: Scope): Uses {
  const { args } = scope.command;
  const { words } = subcommandOf(scope.command);
  if (
    /^(?:(?:version|help|config|upgrade|find|extension|logout|bicep|account set|account clear)(?: .*)?)?$/.test(
      words.slice(0, 2).join(' '),
    )
  )
    return [];
  if (words[0] === 'login') {
    const id = args.includes('--service-principal')
      ? literal(findOption(args, ['-u', '--username']))
      : undefined;
    return id === undefined
      ? []
      : [use(scope, 'azure-subscription', `Azure service principal ${id}`, 'flag', 'high')];
  }
  const flag = findOption(args, ['--subscription']);
  const named = flag === undefined ? scope.chosen.get('az-subscription') : literal(flag);
  if (flag !== undefined && named === undefined) return [];
  if (named !== undefined) {
    const wanted = named.toLowerCase();
    const principal = onlyKnown(
      scope,
      'azure-subscription',
      (known) => known.account?.toLowerCase() === wanted || known.name.toLowerCase() === wanted,
    );
    const text = `Azure subscription ${principal?.name ?? named}${principal?.user === undefined ? '' : ` as ${principal.user}`}`;
    return [
      use(scope, 'azure-subscription', text, flag === undefined ? 'context' : 'flag', 'high', principal),
    ];
  }
  const usual = defaultOf(scope, 'azure-subscription');
  if (usual === undefined) return [];
  const text = `Azure subscription ${usual.name}${usual.user === undefined ? '' : ` as ${usual.user}`}`;
  return [use(scope, 'azure-subscription', text, 'default-chain', defaultConfidence(scope), usual)];
}

/**
 * Terraform and its kin: the workspace, and the AWS profile a variable names. Which account a provider block means
 * is in files that the command does not show, so nothing else is claimed.
 */
export function terraform(scope: Scope): Uses {
  const { words, verb } = subcommandOf(scope.command);
  if (verb === 'login') {
    const host = literal(words[1]) ?? 'app.terraform.io';
    const principal = onlyKnown(scope, 'terraform-host', (known) => known.host === host);
    return [use(scope, 'terraform-host', `Terraform host ${host}`, 'flag', 'high', principal)];
  }
  if (
    !/^(?:plan|apply|destroy|import|refresh|state|taint|untaint|output|console|init|show|test|up|preview)$/.test(
      verb,
    )
  )
    return [];
  const uses: PrincipalUse[] = [];
  const set = scope.variable('TF_WORKSPACE');
  const workspace = set === undefined ? scope.chosen.get('terraform-workspace') : set.value;
  if (workspace !== undefined) {
    uses.push(
      use(
        scope,
        'terraform-workspace',
        `Terraform workspace ${workspace}`,
        set === undefined ? 'context' : 'environment',
        'high',
      ),
    );
  }
  const profile = scope.variable('AWS_PROFILE');
  if (profile?.value !== undefined)
    uses.push({ ...awsProfile(scope, profile.value, 'environment'), confidence: 'medium' });
  else if (scope.variable('AWS_ACCESS_KEY_ID') !== undefined) {
    uses.push(use(scope, 'aws-profile', 'AWS access key from the environment', 'environment', 'medium'));
  }
  return uses;
}

/** Vault: the server of `-address` or `VAULT_ADDR`, else the one the shell profile sets. */
export function vault(scope: Scope): Uses {
  const { verb } = subcommandOf(scope.command);
  if (/^(?:version|help|server|path-help|)$/.test(verb)) return [];
  const flag = findOption(scope.command.args, ['-address', '--address']);
  const set = flag === undefined ? scope.variable('VAULT_ADDR') : undefined;
  const address = flag === undefined ? set?.value : literal(flag);
  if (flag !== undefined || set !== undefined) {
    const host = address === undefined ? undefined : parseUrl(address);
    if (host === undefined) return [];
    const name = host.port === undefined ? host.host : `${host.host}:${host.port}`;
    const principal = onlyKnown(scope, 'vault-server', (known) => known.host === name);
    return [
      use(
        scope,
        'vault-server',
        `Vault ${name}`,
        flag === undefined ? 'environment' : 'flag',
        'high',
        principal,
      ),
    ];
  }
  const usual = defaultOf(scope, 'vault-server');
  return usual === undefined
    ? []
    : [use(scope, 'vault-server', `Vault ${usual.name}`, 'default-chain', defaultConfidence(scope), usual)];
}
