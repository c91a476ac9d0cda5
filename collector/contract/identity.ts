import { z } from 'zod';
import { CONFIDENCES } from './finding.ts';

/** Sorts of accounts that programs on a machine act as, beside the OS account. */
export const PRINCIPAL_KINDS = [
  'aws-profile',
  'aws-sso-session',
  'gcloud-configuration',
  'gcloud-adc',
  'azure-subscription',
  'kube-context',
  'github-login',
  'gitlab-login',
  'git-identity',
  'git-credential',
  'npm-registry',
  'pypi-registry',
  'docker-registry',
  'ssh-host',
  'terraform-host',
  'terraform-workspace',
  'vault-server',
  'netrc-host',
  'database-login',
] as const;
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

/** How a principal proves itself: where the secret is kept, never the secret. */
export const PRINCIPAL_PROOFS = [
  'static-key',
  'token-in-file',
  'password-in-file',
  'keyring',
  'sso',
  'assumed-role',
  'program',
  'ambient',
] as const;

/**
 * An account that a program of this OS account can act as, read from a configuration file of this machine.
 * Attributes only. Texts are redacted and at most 256 characters.
 */
export const Principal = z.object({
  /** `<kind>:<hash of file and name>`: the same on every reading. */
  id: z.string(),
  kind: z.enum(PRINCIPAL_KINDS),
  /** As a command line names it: profile, context, configuration, host. */
  name: z.string(),
  /** Account number, subscription id, project, organisation. */
  account: z.string().optional(),
  /** Login, e-mail, user of a cluster. */
  user: z.string().optional(),
  /** Server or endpoint, normalised and without user-info. */
  host: z.string().optional(),
  region: z.string().optional(),
  role: z.string().optional(),
  /** Kubernetes namespace, cloud tenant, npm scope: what narrows it further. */
  scope: z.string().optional(),
  /** Name of the principal of the same kind, or program, whose rights it borrows. */
  via: z.string().optional(),
  /** Used when nothing else is said. */
  isDefault: z.boolean(),
  /** Guessed from the words of its names (`prod`, `live`); absent when they say nothing either way. */
  production: z.boolean().optional(),
  proof: z.enum(PRINCIPAL_PROOFS).optional(),
  /** Of the public half of a static key (AWS access key id), keyed with this machine's key. */
  keyFingerprint: z.string().optional(),
  /** Of the cached login. */
  expiresMs: z.int().optional(),
  source: z.object({ path: z.string(), pointer: z.string().optional() }),
});
export type Principal = z.infer<typeof Principal>;

/**
 * What tells that a command acted as a principal, strongest first:
 * `flag` the command names it · `environment` a variable does · `remote-url` the address does ·
 * `context` an earlier command of the same line chose it · `default-chain` nothing was said, so the default counts.
 */
export const PRINCIPAL_EVIDENCE = ['flag', 'environment', 'remote-url', 'context', 'default-chain'] as const;

export const PrincipalUse = z.object({
  kind: z.enum(PRINCIPAL_KINDS),
  /** Program that acted: `aws`, `kubectl`. */
  program: z.string(),
  /** A principal known on this machine; absent when the command names one that no file tells of. */
  principalId: z.string().optional(),
  /** For a person: `AWS profile prod`. Never a secret value. */
  description: z.string(),
  evidence: z.enum(PRINCIPAL_EVIDENCE),
  confidence: z.enum(CONFIDENCES),
});
export type PrincipalUse = z.infer<typeof PrincipalUse>;

const PRODUCTION = /(?:^|[^a-z0-9])(?:prod|production|prd|live)\d{0,3}(?:[^a-z0-9]|$)/;
const NOT_PRODUCTION =
  /(?:^|[^a-z0-9])(?:dev|develop|development|test|testing|tst|qa|uat|stg|stage|staging|sandbox|sbx|demo|local|localhost|minikube|kind|playground|nonprod|preprod|non-prod|pre-prod)\d{0,3}(?:[^a-z0-9]|$)/;

/**
 * A guess from names alone: `shop-prod` is production, `shop-staging` and `nonprod` are not.
 * @returns `undefined` when the names say nothing
 */
export function looksLikeProduction(names: readonly (string | undefined)[]): boolean | undefined {
  const text = names
    .flatMap((name) => (name === undefined ? [] : [name.slice(0, 256)]))
    // `shopProd` as two words
    .map((name) => name.replaceAll(/([a-z])([A-Z])/g, '$1-$2').toLowerCase())
    .join(' ');
  if (NOT_PRODUCTION.test(text)) return false;
  return PRODUCTION.test(text) ? true : undefined;
}
