import type { ShellCommand } from '../../contract/shell.ts';
import { canonicalName, hasFlag, subcommandOf } from './commands.ts';

/** What a command of a cloud tool does to a system. */
export interface CloudAct {
  readonly what: string;
  /** `final` cannot be brought back whatever the system is called; `delete` can, elsewhere than in production; `change` is ordinary there. */
  readonly kind: 'final' | 'delete' | 'change';
}

const CHANGES =
  /^(?:apply|create|replace|patch|edit|scale|autoscale|set|rollout|cordon|drain|taint|label|annotate|exec|cp|run|expose|debug)$/;

/** @returns `undefined` for what only reads, or says what it would do. */
export function cloudAct(command: ShellCommand): CloudAct | undefined {
  const { args } = command;
  if (args.some((word) => /^--(?:dry-run(?:=(?!none)\S*)?|dryrun|help|noop|check)$/.test(word)))
    return undefined;
  const name = canonicalName(command.program);
  const { words } = subcommandOf(command);
  const [verb = '', noun = '', third = ''] = words;
  const act = (kind: CloudAct['kind'], count = 2): CloudAct => ({
    what: [name, ...words.slice(0, count)].join(' '),
    kind,
  });
  switch (name) {
    case 'kubectl':
    case 'oc':
      if (verb === 'delete')
        return /^(?:ns|namespaces?|pvc?|persistentvolumes?|persistentvolumeclaims?|crds?|customresourcedefinitions?|nodes?|statefulsets?|sts|project)(?:\/|$)/i.test(
          noun,
        ) || args.includes('--all')
          ? act('final', 3)
          : act('delete', 3);
      if (verb === 'rollout') return /^(?:restart|undo|pause)$/.test(noun) ? act('change') : undefined;
      return CHANGES.test(verb) ? act('change') : undefined;
    case 'helm':
      if (/^(?:uninstall|delete|del|un)$/.test(verb)) return act('delete');
      return /^(?:upgrade|install|rollback)$/.test(verb) ? act('change') : undefined;
    case 'terraform':
    case 'tofu':
    case 'terragrunt':
      if (verb === 'destroy' || (verb === 'apply' && hasFlag(args, 'destroy'))) return act('final', 1);
      if (verb === 'state') return noun === 'rm' ? act('delete') : undefined;
      return verb === 'apply' || verb === 'run-all' ? act('change', 1) : undefined;
    case 'pulumi':
    case 'cdk':
      if (verb === 'destroy') return act('final', 1);
      return verb === 'up' || verb === 'deploy' ? act('change', 1) : undefined;
    case 'aws':
      return awsAct(verb, noun, args, act);
    case 'gcloud':
      if (!words.includes('delete'))
        return /\b(?:deploy|update|patch|resize|stop|reset)\b/.test(words.join(' '))
          ? act('change', 3)
          : undefined;
      return verb === 'projects' ||
        /\b(?:sql|snapshots|backups|clusters|databases|buckets)\b/.test(words.join(' '))
        ? act('final', 3)
        : act('delete', 3);
    case 'az':
      if (words.includes('delete') || words.includes('purge'))
        return verb === 'group' ||
          /\b(?:sql|backup|snapshot|postgres|cosmosdb|aks|storage account|vm)\b/.test(words.join(' '))
          ? act('final', 3)
          : act('delete', 3);
      return /\b(?:update|restart|stop|deallocate|scale)\b/.test(words.join(' '))
        ? act('change', 3)
        : undefined;
    case 'gsutil':
      return /^(?:rm|rb)$/.test(verb) && (verb === 'rb' || hasFlag(args, 'r', 'R'))
        ? act('delete', 1)
        : undefined;
    case 'heroku':
      return /^(?:apps:destroy|pg:reset|pg:backups:delete)$/.test(verb) ? act('final', 1) : undefined;
    case 'fly':
    case 'flyctl':
      return /^(?:apps|volumes|machine|postgres)$/.test(verb) && noun === 'destroy'
        ? act('final')
        : undefined;
    case 'doctl':
      return words.includes('delete') ? act('final', 3) : undefined;
    case 'eksctl':
      return verb === 'delete' && /cluster|nodegroup/.test(noun) ? act('final') : undefined;
    case 'argocd':
      return verb === 'app' && /^(?:delete|sync|rollback|set)$/.test(noun)
        ? act(noun === 'delete' ? 'delete' : 'change', third === '' ? 2 : 3)
        : undefined;
    case 'serverless':
    case 'sls':
      return verb === 'remove' ? act('delete', 1) : verb === 'deploy' ? act('change', 1) : undefined;
    case 'vercel':
      return verb === 'remove' || verb === 'rm' ? act('final', 1) : undefined;
    case 'netlify':
      return verb === 'sites:delete' ? act('final', 1) : undefined;
    case 'railway':
      return verb === 'down' ? act('delete', 1) : undefined;
    case 'linode-cli':
    case 'hcloud':
    case 'vultr-cli':
    case 'ibmcloud':
    case 'oci':
      return words.includes('delete') ? act('final', 3) : undefined;
    case 'nomad':
      return words.includes('stop') ? act('delete', 3) : undefined;
    case 'docker':
      return (verb === 'stack' || verb === 'service') && noun === 'rm' ? act('delete') : undefined;
    case 'remove-azresourcegroup':
    case 'remove-azvm':
      return { what: name, kind: 'final' };
    default:
      return undefined;
  }
}

const AWS_FINAL =
  /^(?:terminate-instances|delete-(?:db-\w[\w-]*|cluster|stack|table|bucket|file-system|volume|snapshot|backup[\w-]*|recovery-point|hosted-zone|vault|domain|user-pool|key-pair)|schedule-key-deletion|deregister-image)$/;

function awsAct(
  service: string,
  verb: string,
  args: readonly string[],
  act: (kind: CloudAct['kind'], count?: number) => CloudAct,
): CloudAct | undefined {
  if (service === 's3') {
    if (verb === 'rb') return act(args.includes('--force') ? 'final' : 'delete');
    return verb === 'rm' && args.includes('--recursive') ? act('final') : undefined;
  }
  if (AWS_FINAL.test(verb)) return act('final');
  if (/^(?:delete|terminate|deregister|remove|stop|disable|purge)-/.test(verb)) return act('delete');
  return /^(?:put|update|modify|create|reboot|start|run|attach|detach|associate|set|scale|execute-command)-?/.test(
    verb,
  )
    ? act('change')
    : undefined;
}
