import type { ResourceAccess } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import { findOption } from '../../rules/shared/options.ts';
import { subcommandOf } from '../../rules/shared/subcommands.ts';
import type { ResourceList } from './collect.ts';

const READS =
  /^(?:get|list|ls|describe|head|show|view|status|top|logs|explain|diff|plan|validate|version|search|query|lookup|filter|scan|batch-get|wait|tail|history|output|state|graph|config|info|test|check|whoami|api-resources|cluster-info|template|lint|login|auth|console|providers|fmt|init|presign|download|export|print)/;
const DELETES =
  /^(?:delete|destroy|terminate|remove|rm|rb|purge|drop|uninstall|deregister|revoke|detach|disable|stop|drain|evict|abort|cancel|empty)/;

/** Access of a cloud verb: reading ones by name, destroying ones by name, everything else changes something. */
export function verbAccess(verb: string): ResourceAccess {
  if (DELETES.test(verb)) return 'delete';
  return READS.test(verb) ? 'read' : 'write';
}

/** Commands that print a secret of their own. Words of the command, all needed, in order from the start. */
const TOKEN_COMMANDS: readonly {
  readonly program: string;
  readonly words: readonly string[];
  readonly credential: string;
}[] = [
  { program: 'aws', words: ['configure', 'export-credentials'], credential: 'aws' },
  { program: 'aws', words: ['configure', 'get'], credential: 'aws' },
  { program: 'aws', words: ['sts', 'get-session-token'], credential: 'aws' },
  { program: 'aws', words: ['sts', 'assume-role'], credential: 'aws' },
  { program: 'aws', words: ['secretsmanager', 'get-secret-value'], credential: 'aws:secretsmanager' },
  { program: 'aws', words: ['ssm', 'get-parameter'], credential: 'aws:ssm' },
  { program: 'aws', words: ['ecr', 'get-login-password'], credential: 'aws:ecr' },
  { program: 'aws', words: ['iam', 'create-access-key'], credential: 'aws:iam' },
  { program: 'gcloud', words: ['auth', 'print-access-token'], credential: 'gcp' },
  { program: 'gcloud', words: ['auth', 'print-identity-token'], credential: 'gcp' },
  { program: 'gcloud', words: ['auth', 'application-default', 'print-access-token'], credential: 'gcp' },
  { program: 'gcloud', words: ['secrets', 'versions', 'access'], credential: 'gcp:secretmanager' },
  { program: 'gcloud', words: ['iam', 'service-accounts', 'keys', 'create'], credential: 'gcp:iam' },
  { program: 'az', words: ['account', 'get-access-token'], credential: 'azure' },
  { program: 'az', words: ['keyvault', 'secret', 'show'], credential: 'azure:keyvault' },
  { program: 'gh', words: ['auth', 'token'], credential: 'github' },
  { program: 'gh', words: ['auth', 'status'], credential: 'github' },
  { program: 'glab', words: ['auth', 'token'], credential: 'gitlab' },
  { program: 'kubectl', words: ['config', 'view'], credential: 'kubernetes' },
  { program: 'kubectl', words: ['create', 'token'], credential: 'kubernetes' },
  { program: 'kubectl', words: ['get', 'secret'], credential: 'kubernetes:secret' },
  { program: 'kubectl', words: ['get', 'secrets'], credential: 'kubernetes:secret' },
  { program: 'vault', words: ['read'], credential: 'vault' },
  { program: 'vault', words: ['kv', 'get'], credential: 'vault' },
  { program: 'vault', words: ['token'], credential: 'vault' },
  { program: 'op', words: ['read'], credential: '1password' },
  { program: 'op', words: ['item', 'get'], credential: '1password' },
  { program: 'bw', words: ['get'], credential: 'bitwarden' },
  { program: 'pass', words: ['show'], credential: 'pass' },
  { program: 'heroku', words: ['auth:token'], credential: 'heroku' },
  { program: 'npm', words: ['token'], credential: 'npm' },
  { program: 'git', words: ['credential', 'fill'], credential: 'git' },
  { program: 'secret-tool', words: ['lookup'], credential: 'keyring' },
  { program: 'secret-tool', words: ['search'], credential: 'keyring' },
  { program: 'security', words: ['find-generic-password'], credential: 'keychain' },
  { program: 'security', words: ['find-internet-password'], credential: 'keychain' },
  { program: 'security', words: ['dump-keychain'], credential: 'keychain' },
  { program: 'security', words: ['export'], credential: 'keychain' },
  { program: 'cmdkey', words: ['/list'], credential: 'windows-credentials' },
  { program: 'doctl', words: ['auth', 'list'], credential: 'digitalocean' },
  { program: 'terraform', words: ['login'], credential: 'terraform' },
];

/** The table by program, so that nearly every command is done after one look. */
const TOKENS_BY_PROGRAM: ReadonlyMap<string, typeof TOKEN_COMMANDS> = Map.groupBy(
  TOKEN_COMMANDS,
  ({ program }) => program,
);

/** Cloud objects and printed credentials of one command. Values: `aws:s3:bucket`, `k8s:context/namespace`, `gcp:compute/instances`. */
export function addCloud(name: string, command: ShellCommand, list: ResourceList): void {
  const tokens = TOKENS_BY_PROGRAM.get(name);
  if (tokens !== undefined) {
    const { words } = subcommandOf(command);
    for (const entry of tokens) {
      if (entry.words.every((word, i) => words[i] === word)) list.add('credential', entry.credential, 'read');
    }
  }
  switch (name) {
    case 'aws':
      addAws(command, list);
      return;
    case 'gsutil': {
      const { words } = subcommandOf(command);
      for (const word of words)
        bucket('gcp:gcs', /^gs:\/\/([^/]+)/.exec(word)?.[1], verbAccess(words[0] ?? ''), list);
      return;
    }
    case 'gcloud': {
      const { words } = subcommandOf(command);
      const group = words.slice(0, 2).join('/');
      const verb = words.find(
        (word, i) =>
          i > 0 &&
          (READS.test(word) ||
            DELETES.test(word) ||
            /^(?:create|update|set|add|deploy|start|resize|ssh|run|apply|enable|patch)/.test(word)),
      );
      if (group !== '')
        list.add(
          'cloud',
          `gcp:${findOption(command.args, ['--project']) ?? ''}${findOption(command.args, ['--project']) === undefined ? '' : ':'}${group}`,
          verbAccess(verb ?? 'list'),
        );
      return;
    }
    case 'az': {
      const { words } = subcommandOf(command);
      const verb = words.find(
        (word, i) =>
          i > 0 &&
          (READS.test(word) ||
            DELETES.test(word) ||
            /^(?:create|update|set|add|start|restart|deploy|assign)/.test(word)),
      );
      if (words[0] !== undefined) list.add('cloud', `azure:${words[0]}`, verbAccess(verb ?? 'show'));
      return;
    }
    case 'kubectl':
    case 'oc':
    case 'helm': {
      const { verb } = subcommandOf(command);
      if (verb === '') return;
      const namespace =
        findOption(command.args, ['-n', '--namespace']) ??
        (command.args.includes('-A') || command.args.includes('--all-namespaces') ? '*' : 'default');
      const context = findOption(command.args, ['--context', '--kube-context']) ?? 'current';
      list.add('cloud', `k8s:${context}/${namespace}`, verb === 'exec' ? 'execute' : verbAccess(verb));
      return;
    }
    case 'terraform':
    case 'tofu':
    case 'terragrunt':
    case 'pulumi': {
      const { words } = subcommandOf(command);
      const verb = words[0] ?? '';
      if (verb === '') return;
      list.add(
        'cloud',
        `${name}:${findOption(command.args, ['-chdir', '--stack', '-s']) ?? command.cwd ?? 'current'}`,
        verb === 'up' || verb === 'apply'
          ? command.args.includes('-destroy')
            ? 'delete'
            : 'write'
          : verbAccess(verb),
      );
      return;
    }
    default:
  }
}

function addAws(command: ShellCommand, list: ResourceList): void {
  const { words } = subcommandOf(command);
  const [service, verb = ''] = words;
  if (service === undefined) return;
  const access = verb === 'sync' && command.args.includes('--delete') ? 'delete' : verbAccess(verb);
  if (service === 's3' || service === 's3api') {
    const named = findOption(command.args, ['--bucket']);
    if (named !== undefined) bucket('aws:s3', named, access, list);
    words.forEach((word, i) => {
      const found = /^s3:\/\/([^/]+)/.exec(word)?.[1];
      // The last operand of a copy is written, the ones before are read.
      const copies = /^(?:cp|mv|sync)$/.test(verb);
      bucket('aws:s3', found, copies ? (i === words.length - 1 ? 'write' : 'read') : access, list);
    });
    return;
  }
  list.add('cloud', `aws:${service}`, access);
}

function bucket(prefix: string, name: string | undefined, access: ResourceAccess, list: ResourceList): void {
  if (name !== undefined && !name.includes('$')) list.add('cloud', `${prefix}:${name}`, access);
}
