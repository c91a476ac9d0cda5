import type { ShellCommand } from '../../contract/shell.ts';
import { operandsOf } from './options.ts';
import { canonicalName } from './program-names.ts';

export interface Subcommand {
  /** `push` of `git -C x push`, `s3 cp` needs two: see `words`. `''` when there is none. */
  readonly verb: string;
  /** All operands in order, the verb first: `['s3', 'cp', 'a', 's3://b']`. */
  readonly words: readonly string[];
  /** Arguments after the verb, options included. */
  readonly rest: readonly string[];
}

/** Takes `git -c a=b -C dir push -f origin` apart, skipping global options and their values. */
export function subcommandOf(command: ShellCommand): Subcommand {
  const name = canonicalName(command.program);
  const takes =
    (Object.hasOwn(GLOBAL_VALUE_OPTIONS, name) ? GLOBAL_VALUE_OPTIONS[name] : undefined) ??
    COMMON_VALUE_OPTIONS;
  const { args } = command;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg.charCodeAt(0) === DASH) {
      if (takes.has(arg)) i++;
      continue;
    }
    if (arg.charCodeAt(0) === PLUS) continue;
    const rest = args.slice(i + 1);
    return { verb: arg, words: [arg, ...operandsOf(rest, takes)], rest };
  }
  return { verb: '', words: [], rest: [] };
}

const NO_OPTIONS: ReadonlySet<string> = new Set();
const COMMON_VALUE_OPTIONS: ReadonlySet<string> = words(
  '-C --cwd --dir --prefix -p --profile --region -R --repo',
);

/** Options before the verb that take the next argument, per program. */
const GLOBAL_VALUE_OPTIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  git: words('-C -c --git-dir --work-tree --namespace --exec-path --super-prefix --config-env'),
  docker: words('-H --host -c --context --config -l --log-level --tlscacert --tlscert --tlskey'),
  podman: words('--connection -c --url --root --runroot --log-level --identity'),
  kubectl: words(
    '-n --namespace --context --cluster --user --kubeconfig -s --server --token --as --as-group -f --filename -o --output -l --selector -c --container -p --patch',
  ),
  oc: words('-n --namespace --context --kubeconfig -s --server --token -f -o -l'),
  helm: words('-n --namespace --kube-context --kubeconfig -f --values --set --version --repo'),
  aws: words(
    '--profile --region --endpoint-url --output --query --ca-bundle --cli-input-json --cli-read-timeout --cli-connect-timeout --color',
  ),
  gcloud: words(
    '--project --account --configuration --format --region --zone --filter --impersonate-service-account --verbosity',
  ),
  az: words('--subscription -g --resource-group -n --name -o --output --query'),
  terraform: NO_OPTIONS,
  npm: words('--prefix -C --registry -w --workspace --loglevel --userconfig --cache --tag --otp --access'),
  pnpm: words('-C --dir -F --filter --registry --store-dir'),
  yarn: words('--cwd --registry'),
  bun: words('--cwd --registry'),
  pip: words(
    '-r --requirement -c --constraint -i --index-url --extra-index-url -t --target --proxy --trusted-host -f --find-links --prefix --root --cache-dir --log --python -e --editable',
  ),
  uv: words(
    '--directory --project -p --python --index-url --extra-index-url --index --with --from -r --cache-dir --config-file',
  ),
  cargo: words(
    '--manifest-path --target --features -F -p --package --color -Z --config --registry --version --git --path -j',
  ),
  systemctl: words('-H --host -M --machine -t --type -n -o -p'),
  launchctl: NO_OPTIONS,
  gh: words('-R --repo --hostname'),
  make: words('-C -f -j -o -W -I'),
  brew: NO_OPTIONS,
  apt: words('-o -c -t'),
  'apt-get': words('-o -c -t'),
};

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

const DASH = 45;
const PLUS = 43;
