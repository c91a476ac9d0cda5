import type { Principal, PrincipalUse } from '../../contract/identity.ts';
import type { ShellAnalysis, ShellCommand } from '../../contract/shell.ts';
import { canonicalName, findOption, operandsOf, subcommandOf } from '../../rules/shared/commands.ts';
import { redactText } from '../secrets/index.ts';
import { aws, az, gcloud, terraform, vault } from './clouds.ts';
import { kubernetes } from './clusters.ts';
import { gh, git, glab } from './code-hosts.ts';
import { docker, imageCopy, npm, pypi } from './registries.ts';
import { literal, type PrincipalPlace, type Scope, type Variable } from './scope.ts';
import { copy, mongo, mysql, postgres, redis, ssh, web } from './servers.ts';

export type { PrincipalPlace } from './scope.ts';

/** How each program finds the account it acts as. */
export const PRINCIPAL_PROGRAMS: Readonly<Record<string, (scope: Scope) => readonly PrincipalUse[]>> = {
  aws,
  sam: aws,
  cdk: aws,
  eksctl: aws,
  gcloud,
  gsutil: gcloud,
  bq: gcloud,
  az,
  azd: az,
  terraform,
  tofu: terraform,
  terragrunt: terraform,
  pulumi: terraform,
  vault,
  kubectl: kubernetes,
  oc: kubernetes,
  helm: kubernetes,
  k9s: kubernetes,
  stern: kubernetes,
  flux: kubernetes,
  gh,
  glab,
  git,
  docker,
  podman: docker,
  nerdctl: docker,
  skopeo: imageCopy,
  crane: imageCopy,
  npm,
  pnpm: npm,
  yarn: npm,
  bun: npm,
  twine: pypi,
  uv: pypi,
  poetry: pypi,
  pdm: pypi,
  hatch: pypi,
  flit: pypi,
  psql: postgres,
  pg_dump: postgres,
  pg_restore: postgres,
  createdb: postgres,
  dropdb: postgres,
  mysql,
  mariadb: mysql,
  mysqldump: mysql,
  mongosh: mongo,
  mongo,
  mongodump: mongo,
  'redis-cli': redis,
  ssh,
  sftp: ssh,
  mosh: ssh,
  autossh: ssh,
  'ssh-copy-id': ssh,
  scp: copy,
  rsync: copy,
  curl: web,
  wget: web,
};

/** More than this many in one line is a loop, not a person's work. */
const MAX_USES = 50;

/**
 * The accounts one tool call acted as, in the order of its commands, each once. Pure; never throws.
 * Nothing is invented: a value the shell would still have to work out, a default that no file tells of, and a program
 * that is not in the table give nothing. Programs on other machines and in containers have other accounts and are
 * left out; the `ssh` or `docker` that reaches them is not.
 * @param known principals of this machine, of the home of the account that ran the call
 */
export function principalsOf(
  call: { readonly shell?: ShellAnalysis; readonly input?: { readonly command?: string } },
  known: readonly Principal[],
  place: PrincipalPlace = {},
): readonly PrincipalUse[] {
  if (call.shell === undefined) return [];
  const walk = createWalk(known, place, call.input?.command ?? '');
  const uses = new Map<string, PrincipalUse>();
  for (const command of call.shell.commands) {
    if (command.elsewhere) continue;
    const program = canonicalName(command.program);
    const read =
      command.dynamicProgram !== true && Object.hasOwn(PRINCIPAL_PROGRAMS, program)
        ? PRINCIPAL_PROGRAMS[program]
        : undefined;
    for (const found of read?.(walk.scopeOf(command, program)) ?? []) {
      const clean = { ...found, description: redactText(found.description) };
      const key = `${clean.kind}\0${clean.principalId ?? clean.description}\0${clean.evidence}`;
      if (!uses.has(key) && uses.size < MAX_USES) uses.set(key, clean);
    }
    walk.pass(command, program);
  }
  return [...uses.values()];
}

/** Programs that start another one under credentials of their own, by how they name them. */
const BROKER =
  /(?:^|[\s;&|(])(?:aws-vault\s+exec|saml2aws\s+exec|aws-okta\s+exec|chamber\s+exec|granted|assume|awsume|op\s+run|doppler\s+run|infisical\s+run|teller\s+run|direnv\s+exec|dotenvx?|envchain|sops\s+exec-env)\s/;
const BROKER_PROFILE =
  /(?:^|[\s;&|(])aws-vault\s{1,8}exec\s{1,8}(?:-[\w-]{1,60}(?:=\S{1,200})?\s{1,8}){0,8}([\w.@/+-]{1,128})\s{1,8}--\s/;
const EXPORTS = new Set(['export', 'declare', 'typeset', 'set', 'setenv', 'setx']);
const BLURS = new Set(['source', '.', 'eval', 'assume', 'awsume', 'direnv', 'invoke-expression']);

function createWalk(
  known: readonly Principal[],
  place: PrincipalPlace,
  text: string,
): {
  /** What is known where the command stands; read it before the next one is passed. */
  scopeOf(command: ShellCommand, program: string): Scope;
  /** Takes in what the command changes for those behind it. */
  pass(command: ShellCommand, program: string): void;
} {
  const exported = new Map<string, Variable>();
  const chosen = new Map<string, string>();
  let blurred = false;
  const head = text.slice(0, 16_384);
  // What a broker puts into the environment is not on the command line: only aws-vault names its profile there.
  if (BROKER.test(head)) {
    chosen.set('aws-broker', literal(BROKER_PROFILE.exec(head)?.[1]) ?? '');
    blurred = true;
  }
  if (head.includes('$env:')) {
    for (const [, name = '', value = ''] of head.matchAll(
      /\$env:([A-Za-z_]\w{0,63})\s*=\s*["']?([^"';\r\n]{0,512})/g,
    ))
      exported.set(name, { name, value: literal(value.trim()) });
  }

  function pass(command: ShellCommand, program: string): void {
    if (BLURS.has(program)) blurred = true;
    if (EXPORTS.has(program)) {
      for (const arg of command.args.slice(0, 50)) {
        const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(arg) ?? [];
        if (name !== undefined) exported.set(name, { name, value: literal(value) });
      }
    }
    if (program === 'unset') for (const name of command.args) exported.delete(name);
    const picks = Object.hasOwn(CHOICES, program) ? CHOICES[program] : undefined;
    if (picks === undefined) return;
    const [key, value] = picks(command) ?? [];
    const plain = literal(value);
    if (key !== undefined && plain !== undefined) chosen.set(key, plain);
  }

  function scopeOf(command: ShellCommand, program: string): Scope {
    return {
      command,
      program,
      place,
      known,
      chosen,
      blurred,
      variable(...names) {
        for (const name of names) {
          if (Object.hasOwn(command.assignments, name)) {
            return { name, value: literal(command.assignments[name]) };
          }
        }
        // Root starts with a clean environment.
        if (command.elevated) return undefined;
        for (const name of names) {
          const set = exported.get(name);
          if (set !== undefined) return set;
        }
        for (const name of names) {
          const value = place.env?.[name];
          if (value !== undefined && value !== '') return { name, value: literal(value) };
        }
        return undefined;
      },
    };
  }

  return { scopeOf, pass };
}

type Choice = readonly [key: string, value: string | undefined];

/** Commands that choose an account for those behind them. */
const CHOICES: Readonly<Record<string, (command: ShellCommand) => Choice | undefined>> = {
  kubectl: kubeChoice,
  oc: (command) => {
    const { verb, words } = subcommandOf(command);
    return verb === 'project' ? ['kube-namespace', words[1]] : kubeChoice(command);
  },
  kubectx: ({ args }) => ['kube-context', operandsOf(args)[0]],
  kubens: ({ args }) => ['kube-namespace', operandsOf(args)[0]],
  gcloud: (command) => {
    const { words } = subcommandOf(command);
    const line = words.join(' ');
    if (line.startsWith('config configurations activate ')) return ['gcloud-configuration', words[3]];
    if (line.startsWith('config set account ') || line.startsWith('config set core/account '))
      return ['gcloud-account', words[3]];
    if (line.startsWith('config set project ') || line.startsWith('config set core/project '))
      return ['gcloud-project', words[3]];
    if (line.startsWith('auth activate-service-account ')) return ['gcloud-account', words[2]];
    return undefined;
  },
  az: (command) => {
    const { words } = subcommandOf(command);
    return words[0] === 'account' && words[1] === 'set'
      ? ['az-subscription', findOption(command.args, ['--subscription', '-s', '--name', '-n'])]
      : undefined;
  },
  terraform: workspaceChoice,
  tofu: workspaceChoice,
  terragrunt: workspaceChoice,
  gh: (command) => {
    const { words } = subcommandOf(command);
    return words[0] === 'auth' && words[1] === 'switch'
      ? ['github-login-user', findOption(command.args, ['-u', '--user'])]
      : undefined;
  },
};

function kubeChoice(command: ShellCommand): Choice | undefined {
  const { words } = subcommandOf(command);
  if (words[0] !== 'config') return undefined;
  if (words[1] === 'use-context' || words[1] === 'use') return ['kube-context', words[2]];
  return words[1] === 'set-context'
    ? ['kube-namespace', findOption(command.args, ['--namespace', '-n'])]
    : undefined;
}

function workspaceChoice(command: ShellCommand): Choice | undefined {
  const { words } = subcommandOf(command);
  return words[0] === 'workspace' && (words[1] === 'select' || words[1] === 'new')
    ? ['terraform-workspace', words[2]]
    : undefined;
}
