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

const DOCKER_TAKES = new Set(
  '-e --env --env-file -v --volume -p --publish --name --network --net -w --workdir -u --user --entrypoint -m --memory --cpus -h --hostname --mount -l --label --add-host --restart --gpus --pull --platform --cap-add --cap-drop --device --security-opt --log-driver --ip --dns --shm-size --ulimit --tmpfs --cidfile --creds --src-creds --dest-creds'.split(
    ' ',
  ),
);

/** Docker, Podman, nerdctl: the registry in the image's name. Running a local image needs none, so only moves count. */
export function docker(scope: Scope): Uses {
  const { args } = scope.command;
  const { verb, rest } = subcommandOf(scope.command);
  const inner = verb === 'image' ? rest[0] : verb;
  const after = verb === 'image' ? rest.slice(1) : rest;
  if (inner === 'login') {
    const host =
      literal(operandsOf(after, new Set(['-u', '--username', '-p', '--password']))[0]) ?? 'docker.io';
    const user = literal(findOption(args, ['-u', '--username']));
    const text = `Registry ${host}${user === undefined ? '' : ` as ${user}`}`;
    return [use(scope, 'docker-registry', text, 'flag', 'high', registryAt(scope, host))];
  }
  if (inner !== 'push' && inner !== 'pull') return [];
  return image(scope, operandsOf(after, DOCKER_TAKES)[0]);
}

/** skopeo and crane: addresses of images among the operands. */
export function imageCopy(scope: Scope): Uses {
  const { rest } = subcommandOf(scope.command);
  return operandsOf(rest, DOCKER_TAKES)
    .slice(0, 2)
    .flatMap((operand) => image(scope, operand.replace(/^docker:\/\//, '')));
}

function image(scope: Scope, written: string | undefined): Uses {
  const name = literal(written);
  if (name === undefined) return [];
  const first = name.split('/')[0] ?? '';
  const named = name.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const host = named ? first : 'docker.io';
  const principal = registryAt(scope, host);
  if (principal === undefined) return [];
  const as = principal.user === undefined ? '' : ` as ${principal.user}`;
  return [
    use(
      scope,
      'docker-registry',
      `Registry ${host}${as}`,
      'remote-url',
      named ? 'high' : 'medium',
      principal,
    ),
  ];
}

function registryAt(scope: Scope, host: string) {
  return scope.command.elevated
    ? undefined
    : onlyKnown(scope, 'docker-registry', (known) => known.host === host);
}

const NPM_ACCOUNT_VERBS = new Set([
  'publish',
  'unpublish',
  'deprecate',
  'dist-tag',
  'owner',
  'access',
  'token',
  'team',
  'whoami',
  'org',
  'profile',
  'star',
]);

/** npm, pnpm, yarn, bun: commands that act as the registry's account. */
export function npm(scope: Scope): Uses {
  const { verb, words } = subcommandOf(scope.command);
  const acts = NPM_ACCOUNT_VERBS.has(verb) || (verb === 'npm' && NPM_ACCOUNT_VERBS.has(words[1] ?? ''));
  if (!acts) return [];
  return registry(
    scope,
    'npm-registry',
    'npm registry',
    ['--registry'],
    ['npm_config_registry', 'NPM_CONFIG_REGISTRY'],
    ['NPM_TOKEN', 'NODE_AUTH_TOKEN', 'YARN_NPM_AUTH_TOKEN'],
  );
}

/** twine, uv, poetry, pdm, hatch, flit: publishing. */
export function pypi(scope: Scope): Uses {
  const { verb } = subcommandOf(scope.command);
  if (verb !== 'upload' && verb !== 'publish') return [];
  const named = literal(findOption(scope.command.args, ['-r', '--repository']));
  const principal =
    named === undefined ? undefined : onlyKnown(scope, 'pypi-registry', (known) => known.name === named);
  if (principal !== undefined)
    return [use(scope, 'pypi-registry', `PyPI registry ${principal.name}`, 'flag', 'high', principal)];
  return registry(
    scope,
    'pypi-registry',
    'PyPI registry',
    ['--repository-url', '--publish-url'],
    ['TWINE_REPOSITORY_URL', 'UV_PUBLISH_URL'],
    [
      'TWINE_PASSWORD',
      'UV_PUBLISH_TOKEN',
      'UV_PUBLISH_PASSWORD',
      'POETRY_PYPI_TOKEN_PYPI',
      'PDM_PUBLISH_PASSWORD',
      'HATCH_INDEX_AUTH',
      'FLIT_PASSWORD',
    ],
  );
}

function registry(
  scope: Scope,
  kind: PrincipalKind,
  label: string,
  flags: readonly string[],
  addressVariables: readonly string[],
  tokenVariables: readonly string[],
): Uses {
  const flag = findOption(scope.command.args, flags);
  const set = flag === undefined ? scope.variable(...addressVariables) : undefined;
  const address = flag === undefined ? set?.value : literal(flag);
  if ((flag !== undefined || set !== undefined) && address === undefined) return [];
  const host = address === undefined ? undefined : (parseUrl(address)?.host ?? address);
  if (scope.variable(...tokenVariables) !== undefined) {
    return [
      use(
        scope,
        kind,
        `${label} token from the environment${host === undefined ? '' : `, ${host}`}`,
        'environment',
        'high',
      ),
    ];
  }
  if (host !== undefined) {
    const principal = onlyKnown(scope, kind, (known) => sameHost(known.host, host));
    const evidence: Evidence = flag === undefined ? 'environment' : 'flag';
    return [use(scope, kind, `${label} ${host}`, evidence, 'high', principal)];
  }
  const usual = defaultOf(scope, kind);
  if (usual === undefined) return [];
  const confidence = defaultConfidence(scope) === 'low' ? 'low' : 'medium';
  return [use(scope, kind, `${label} ${usual.host ?? usual.name}`, 'default-chain', confidence, usual)];
}
