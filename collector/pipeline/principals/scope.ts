import type { Confidence } from '../../contract/finding.ts';
import type { Principal, PrincipalKind, PrincipalUse } from '../../contract/identity.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import { normalizeHost } from '../../rules/shared/hosts.ts';

/** What is known beside the command itself. */
export interface PrincipalPlace {
  /** The environment the session's programs start with, as far as it is known. Values of secrets may be replaced by any text. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Remote address of the session's repository: what `origin` means. */
  readonly repository?: string;
}

export type Evidence = PrincipalUse['evidence'];

/** Everything one command of a line can see: its own assignments, what earlier commands chose, what this machine has. */
export interface Scope {
  readonly command: ShellCommand;
  readonly program: string;
  readonly place: PrincipalPlace;
  readonly known: readonly Principal[];
  /** Chosen by an earlier command of the same line: `kubectl config use-context x`. */
  readonly chosen: Map<string, string>;
  /** An earlier command may have changed the environment in a way that cannot be read: `source .env`, `eval`. */
  readonly blurred: boolean;
  /** Value of a variable for this command; `undefined` when it is not set, or set to something unknown. */
  variable(...names: readonly string[]): Variable | undefined;
}

export interface Variable {
  readonly name: string;
  /** `undefined`: set, but to what cannot be known. */
  readonly value: string | undefined;
}

/** A value that the shell would still have to work out is not known. */
export function literal(value: string | undefined): string | undefined {
  if (value === undefined || value === '' || value.length > 512) return undefined;
  return /[$`]|^%.*%$|^<|^\{\{/.test(value) ? undefined : value;
}

const MAX_DESCRIPTION = 200;

export function use(
  scope: Scope,
  kind: PrincipalKind,
  description: string,
  evidence: Evidence,
  confidence: Confidence,
  principal?: Principal,
): PrincipalUse {
  return {
    kind,
    program: scope.program,
    ...(principal === undefined ? {} : { principalId: principal.id }),
    description: description.slice(0, MAX_DESCRIPTION).toWellFormed(),
    evidence,
    confidence,
  };
}

/** The one principal of this kind that fits; `undefined` when none or several do. */
export function onlyKnown(
  scope: Scope,
  kind: PrincipalKind,
  fits: (principal: Principal) => boolean,
): Principal | undefined {
  let found: Principal | undefined;
  for (const principal of scope.known) {
    if (principal.kind !== kind || !fits(principal)) continue;
    if (found !== undefined) return undefined;
    found = principal;
  }
  return found;
}

export function defaultOf(
  scope: Scope,
  kind: PrincipalKind,
  fits: (principal: Principal) => boolean = () => true,
): Principal | undefined {
  // Root's programs, and programs on another machine, have other files.
  if (scope.command.elevated) return undefined;
  return onlyKnown(scope, kind, (principal) => principal.isDefault && fits(principal));
}

/** A default is what counts unless something unseen says otherwise. */
export function defaultConfidence(scope: Scope): Confidence {
  if (scope.blurred || scope.command.via.includes('code')) return 'low';
  return scope.place.env === undefined ? 'medium' : 'high';
}

export function sameHost(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return (normalizeHost(a) ?? a) === (normalizeHost(b) ?? b);
}
