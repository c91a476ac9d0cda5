import { AGENTS } from './agents/index.ts';
import type { ProcessEnvironment } from './contract/process-environment.ts';
import type { ProcessKey } from './contract/process.ts';
import { createCredentialCollector } from './discovery/credentials.ts';
import { classifySecret, findSecrets } from './pipeline/secrets/index.ts';
import type { ProcessReader } from './platform/process-reader.ts';

const MAX_CREDENTIALS = 64;
const MAX_CHOSEN_CHARACTERS = 300;

/**
 * Variables that choose an account, or say where accounts are kept, and hold no secret: read by the AWS CLI v2, gcloud,
 * kubectl, Azure CLI, gh, glab, Vault, Terraform, npm, Twine and psql, 2026-11.
 */
const CHOOSING = new Set([
  'AWS_CONFIG_FILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_PROFILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AZURE_CONFIG_DIR',
  'CLOUDSDK_ACTIVE_CONFIG_NAME',
  'CLOUDSDK_AUTH_ACCESS_TOKEN_FILE',
  'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
  'CLOUDSDK_CONFIG',
  'CLOUDSDK_CORE_ACCOUNT',
  'CLOUDSDK_CORE_PROJECT',
  'DOCKER_CONFIG',
  'GH_CONFIG_DIR',
  'GH_HOST',
  'GITLAB_HOST',
  'GL_HOST',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'KUBECONFIG',
  'MYSQL_HOST',
  'NPM_CONFIG_USERCONFIG',
  'PGDATABASE',
  'PGHOST',
  'PGPASSFILE',
  'PGUSER',
  'SSH_AUTH_SOCK',
  'TF_WORKSPACE',
  'TWINE_REPOSITORY_URL',
  'UV_PUBLISH_URL',
  'VAULT_ADDR',
]);
/** Names that may stand beside a secret; whether the value is one is judged then. Everything else is not read at all. */
const TELLING =
  /TOKEN|SECRET|PASS|PWD|KEY|AUTH|CREDENTIAL|COOKIE|JWT|_PAT$|_(?:URL|URI|DSN)$|DSN$|CONNECTION/i;
const SECRET_VARIABLES = new Set(AGENTS.flatMap(({ discovery }) => discovery.secretVariables));

function isWanted(name: string): boolean {
  return CHOOSING.has(name) || SECRET_VARIABLES.has(name) || TELLING.test(name);
}

/**
 * Which credentials an agent and all that it starts were given with the environment: names, kinds and keyed fingerprints.
 * No value outlives this call, but those of variables that only choose.
 * @returns `undefined` where it cannot be read: macOS, Windows, other users' processes, one that has ended
 */
export function readProcessEnvironment(
  reader: Pick<ProcessReader, 'environment'>,
  process: ProcessKey,
  fingerprint: (value: string) => string,
): ProcessEnvironment | undefined {
  const variables = reader.environment?.(process, isWanted);
  if (variables === undefined) return undefined;
  const collector = createCredentialCollector({ findSecrets, classifySecret }, fingerprint);
  const chosen: Record<string, string> = {};
  for (const [name, value] of variables) {
    const shown = collector.redact(name, value, {
      path: 'environment',
      envVar: name,
      scope: 'user',
      agentIds: [],
    });
    if (CHOOSING.has(name) && value !== '') chosen[name] = shown.slice(0, MAX_CHOSEN_CHARACTERS);
  }
  const credentials = collector
    .facts(() => [], 0)
    .flatMap(({ credential, placeholder }) => {
      const { kind, provider, principal, expiresMs, fingerprint: print, location } = credential;
      if (placeholder || location.envVar === undefined) return [];
      return [
        {
          name: location.envVar,
          kind,
          provider,
          ...(principal === undefined ? {} : { principal }),
          ...(expiresMs === undefined ? {} : { expiresMs }),
          fingerprint: print,
        },
      ];
    })
    .slice(0, MAX_CREDENTIALS);
  return { credentials, chosen };
}
