import type { PrincipalKind, PrincipalUse } from '../../contract/identity.ts';
import { findOption, operandsOf, subcommandOf } from '../../rules/shared/commands.ts';
import { parseUrl } from '../../rules/shared/hosts.ts';
import {
  defaultConfidence,
  defaultOf,
  type Evidence,
  literal,
  onlyKnown,
  sameHost,
  type Scope,
  use,
} from './scope.ts';

type Uses = readonly PrincipalUse[];

interface CodeHost {
  readonly kind: PrincipalKind;
  readonly label: string;
  readonly usual: string;
  readonly hostVariables: readonly string[];
  readonly tokenVariables: readonly string[];
  readonly enterpriseTokens: readonly string[];
}

const GITHUB: CodeHost = {
  kind: 'github-login',
  label: 'GitHub',
  usual: 'github.com',
  hostVariables: ['GH_HOST'],
  tokenVariables: ['GH_TOKEN', 'GITHUB_TOKEN'],
  enterpriseTokens: ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'],
};

const GITLAB: CodeHost = {
  kind: 'gitlab-login',
  label: 'GitLab',
  usual: 'gitlab.com',
  hostVariables: ['GITLAB_HOST', 'GITLAB_URI', 'GL_HOST'],
  tokenVariables: ['GITLAB_TOKEN', 'GITLAB_ACCESS_TOKEN', 'OAUTH_TOKEN'],
  enterpriseTokens: [],
};

const LOCAL = /^(?:version|help|completion|config|alias|extension|)$/;

export const gh = (scope: Scope): Uses => codeHost(scope, GITHUB);
export const glab = (scope: Scope): Uses => codeHost(scope, GITLAB);

function codeHost(scope: Scope, product: CodeHost): Uses {
  const { args } = scope.command;
  const { verb, words } = subcommandOf(scope.command);
  if (LOCAL.test(verb) || (verb === 'auth' && /^(?:logout|setup-git|switch)$/.test(words[1] ?? '')))
    return [];
  const flag = findOption(args, ['--hostname']);
  const inRepo = /^([\w.-]+)\/[\w.-]+\/[\w./-]+$/.exec(
    literal(findOption(args, ['-R', '--repo'])) ?? '',
  )?.[1];
  const set = scope.variable(...product.hostVariables);
  if (flag !== undefined && literal(flag) === undefined) return [];
  if (set !== undefined && set.value === undefined && flag === undefined) return [];
  const named =
    literal(flag) ??
    inRepo ??
    (set?.value === undefined ? undefined : (parseUrl(set.value)?.host ?? set.value));
  const evidence: Evidence =
    flag !== undefined || inRepo !== undefined ? 'flag' : set !== undefined ? 'environment' : 'default-chain';
  const host = named ?? product.usual;
  const tokens =
    host === product.usual
      ? product.tokenVariables
      : [...product.enterpriseTokens, ...(product.kind === 'gitlab-login' ? product.tokenVariables : [])];
  if (scope.variable(...tokens) !== undefined) {
    return [
      use(scope, product.kind, `${product.label} token from the environment, ${host}`, 'environment', 'high'),
    ];
  }
  const chosen = scope.chosen.get(`${product.kind}-user`);
  if (chosen !== undefined) {
    const principal = onlyKnown(
      scope,
      product.kind,
      (known) => known.user === chosen && sameHost(known.host, host),
    );
    return [
      use(scope, product.kind, `${product.label} login ${chosen} at ${host}`, 'context', 'high', principal),
    ];
  }
  const login =
    defaultOf(scope, product.kind, (known) => sameHost(known.host, host)) ??
    loginAt(scope, product.kind, host);
  if (login === undefined) {
    return named === undefined
      ? []
      : [use(scope, product.kind, `${product.label} login at ${host}`, evidence, 'medium')];
  }
  // Without a named host the tool takes the one of the repository it stands in.
  const confidence = named === undefined ? (defaultConfidence(scope) === 'low' ? 'low' : 'medium') : 'high';
  return [
    use(scope, product.kind, `${product.label} login ${login.name} at ${host}`, evidence, confidence, login),
  ];
}

function loginAt(scope: Scope, kind: PrincipalKind, host: string) {
  return scope.command.elevated ? undefined : onlyKnown(scope, kind, (known) => sameHost(known.host, host));
}

const REMOTE_VERBS = new Set(['push', 'pull', 'fetch', 'clone', 'ls-remote', 'archive']);
const GIT_TAKES = new Set([
  '-b',
  '--branch',
  '--depth',
  '-o',
  '--origin',
  '--push-option',
  '--repo',
  '-j',
  '--jobs',
  '--reference',
  '--shallow-since',
  '--template',
  '-c',
  '--config',
  '--filter',
  '--upload-pack',
  '--receive-pack',
  '--remote',
  '--exec',
]);

/** `git push` and its kin: the address in the command, or the session's repository when the command names a remote. */
export function git(scope: Scope): Uses {
  const { verb, rest } = subcommandOf(scope.command);
  if (!REMOTE_VERBS.has(verb)) return [];
  const first = findOption(rest, ['--repo', '--remote']) ?? operandsOf(rest, GIT_TAKES)[0];
  const isAddress =
    first !== undefined &&
    (first.includes('://') || /^[\w.-]+@[\w.-]+:/.test(first) || /^[\w.-]{2,}:(?!\\|\/\/)/.test(first));
  const address = isAddress
    ? literal(first)
    : first === undefined || first === 'origin'
      ? scope.place.repository
      : undefined;
  if (address === undefined || (isAddress && verb === 'archive' && first.startsWith('-'))) return [];
  return gitAddress(scope, address, isAddress ? 'high' : 'medium');
}

function gitAddress(scope: Scope, address: string, confidence: 'high' | 'medium'): Uses {
  const scp = /^(?:([\w.-]{1,64})@)?([\w.-]{2,253}):(?!\/\/)/.exec(address);
  const url = parseUrl(address);
  if (url === undefined || (scp !== null && !address.includes('://')) || url.scheme === 'ssh') {
    const user = scp?.[1] ?? /^ssh:\/\/([\w.-]{1,64})@/.exec(address)?.[1];
    const host = scp !== null && !address.includes('://') ? scp[2] : url?.host;
    if (host === undefined) return [];
    const alias = onlyKnown(scope, 'ssh-host', (known) => known.name === host);
    const text = `SSH key for ${user === undefined ? '' : `${user}@`}${alias?.host ?? host}`;
    return [use(scope, 'ssh-host', text, 'remote-url', confidence, alias)];
  }
  if (url.scheme !== 'https' && url.scheme !== 'http') return [];
  if (url.hasUserInfo && /:\/\/[^/@]{0,512}:[^/@]/.test(address)) {
    return [use(scope, 'git-credential', `Password in the address of ${url.host}`, 'remote-url', 'high')];
  }
  const stored = onlyKnown(scope, 'git-credential', (known) => sameHost(known.host, url.host));
  const helper =
    stored ?? onlyKnown(scope, 'git-credential', (known) => known.host === undefined && known.isDefault);
  const login =
    onlyKnown(scope, 'github-login', (known) => known.isDefault && sameHost(known.host, url.host)) ??
    onlyKnown(scope, 'gitlab-login', (known) => sameHost(known.host, url.host));
  // A helper that is the code host's own tool answers with that tool's login.
  if (login !== undefined && (helper === undefined || helper.name === 'gh' || helper.name === 'glab')) {
    return [
      use(
        scope,
        login.kind,
        `Login ${login.name} at ${url.host}`,
        'remote-url',
        helper === undefined ? 'low' : confidence,
        login,
      ),
    ];
  }
  if (helper === undefined) return [];
  const as = helper.user === undefined ? '' : ` as ${helper.user}`;
  return [
    use(
      scope,
      'git-credential',
      `Git credential helper ${helper.name} for ${url.host}${as}`,
      'remote-url',
      confidence,
      helper,
    ),
  ];
}
