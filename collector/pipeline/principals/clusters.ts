import type { Principal, PrincipalUse } from '../../contract/identity.ts';
import { findOption, subcommandOf } from '../../rules/shared/commands.ts';
import { baseName } from '../../rules/shared/paths.ts';
import { defaultConfidence, defaultOf, literal, onlyKnown, type Scope, use } from './scope.ts';

const LOCAL: Readonly<Record<string, RegExp>> = {
  kubectl: /^(?:config|completion|kustomize|plugin|options|help|version --client)?$/,
  oc: /^(?:config|completion|kustomize|plugin|options|help|whoami)?$/,
  helm: /^(?:template|lint|repo|search|version|create|package|pull|push|dependency|show|plugin|env|completion|help|registry)?$/,
};

/** kubectl, oc, helm, k9s, stern, flux: context by flag, file by flag or variable, or what the file calls current. */
export function kubernetes(scope: Scope): readonly PrincipalUse[] {
  const { args } = scope.command;
  const { verb } = subcommandOf(scope.command);
  const client =
    verb === 'version' && args.some((arg) => arg.startsWith('--client')) ? 'version --client' : verb;
  if (Object.hasOwn(LOCAL, scope.program) && LOCAL[scope.program]?.test(client) === true) return [];
  const helm = scope.program === 'helm';
  const namespace =
    literal(findOption(args, helm ? ['-n', '--namespace'] : ['-n', '--namespace'])) ??
    scope.chosen.get('kube-namespace');
  const asUser = literal(findOption(args, ['--as']));
  const tail = `${namespace === undefined ? '' : `, namespace ${namespace}`}${asUser === undefined ? '' : `, as ${asUser}`}`;
  if (findOption(args, ['--token', '--kube-token']) !== undefined) {
    return [use(scope, 'kube-context', `Kubernetes token given on the command line${tail}`, 'flag', 'high')];
  }
  const flag = findOption(args, helm ? ['--kube-context'] : ['--context']);
  const file = findOption(args, ['--kubeconfig']);
  const variable = file === undefined ? scope.variable('KUBECONFIG') : undefined;
  const path = file === undefined ? variable?.value : literal(file);
  const moved = file !== undefined || variable !== undefined;
  const within = (principal: Principal): boolean => !moved || isFile(principal, path);
  if (flag !== undefined) {
    const name = literal(flag);
    return name === undefined ? [] : [context(scope, name, 'flag', within, tail)];
  }
  const chosen = scope.chosen.get('kube-context');
  if (chosen !== undefined) return [context(scope, chosen, 'context', within, tail)];
  if (moved) {
    if (path === undefined) return [];
    const evidence = file === undefined ? 'environment' : 'flag';
    // Another file's current context is only known when that file was read as the machine's own.
    const current = onlyKnown(scope, 'kube-context', (known) => known.isDefault && isFile(known, path));
    const likely = current ?? onlyKnown(scope, 'kube-context', (known) => isFile(known, path));
    const text =
      likely === undefined ? `Kubernetes configuration ${path}${tail}` : `${describe(likely)}${tail}`;
    return [use(scope, 'kube-context', text, evidence, current === undefined ? 'medium' : 'high', likely)];
  }
  const usual = defaultOf(scope, 'kube-context');
  return usual === undefined
    ? []
    : [
        use(
          scope,
          'kube-context',
          `${describe(usual)}${tail}`,
          'default-chain',
          defaultConfidence(scope),
          usual,
        ),
      ];
}

function context(
  scope: Scope,
  name: string,
  evidence: 'flag' | 'context',
  within: (principal: Principal) => boolean,
  tail: string,
): PrincipalUse {
  const principal = onlyKnown(scope, 'kube-context', (known) => known.name === name && within(known));
  const text = principal === undefined ? `Kubernetes context ${name}` : describe(principal);
  return use(scope, 'kube-context', text + tail, evidence, 'high', principal);
}

function describe(principal: Principal): string {
  const user = principal.user === undefined ? '' : ` as ${principal.user}`;
  return `Kubernetes context ${principal.name}${user}`;
}

/** The path of a command is as written; a relative one is compared by its name. */
function isFile(principal: Principal, path: string | undefined): boolean {
  if (path === undefined) return false;
  const there = principal.source.path.replaceAll('\\', '/');
  const written = path.replaceAll('\\', '/');
  return written.startsWith('/') || /^[a-z]:\//i.test(written)
    ? there === written
    : there.endsWith(`/${written.replace(/^(?:\.\/|~\/)/, '')}`) || baseName(there) === written;
}
