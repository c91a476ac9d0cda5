import type { Severity } from '../../contract/finding.ts';
import { findOptions } from './options.ts';

/** A folder of logins or keys that a container is given. */
export interface SecretMount {
  readonly what: string;
  readonly severity: Severity;
}

/** Below a home: `~`, a variable, or written out. */
const HOME =
  /^(?:~|\$HOME|\$\{HOME\}|\$env:USERPROFILE|%USERPROFILE%|\/(?:home|Users)\/[^/:]{1,64}|\/root|[A-Za-z]:[\\/]Users[\\/][^\\/:]{1,64})[\\/]/i;
const KEYS = /^(?:\.ssh|\.gnupg|\.password-store)(?:[\\/]|$)/;
const AGENT_LOGINS = /^(?:\.claude|\.claude\.json|\.codex|\.gemini|\.copilot|\.mcp-auth)(?:[\\/]|$)/;
const LOGINS =
  /^(?:\.aws|\.azure|\.kube|\.netrc|\.git-credentials|\.pypirc|\.docker[\\/]config\.json|\.config[\\/](?:gcloud|gh|op))(?:[\\/]|$)/;
/** Files beside keys that are no secret. */
const PUBLIC = /(?:known_hosts|\.pub|[\\/]config)$/;

/** Images whose work is with exactly these logins, by makers everybody knows. */
const OWN_TOOLS =
  /^(?:docker\.io\/)?(?:amazon\/aws-[\w-]+|public\.ecr\.aws\/[\w./-]+|google\/cloud-sdk|gcr\.io\/google\.com\/cloudsdktool\/[\w-]+|mcr\.microsoft\.com\/[\w./-]+|hashicorp\/[\w-]+|bitnami\/kubectl|alpine\/(?:git|k8s|helm)|ghcr\.io\/(?:terraform-linters|opentofu|astral-sh)\/[\w.-]+|bridgecrew\/checkov|infracost\/infracost|gruntwork\/[\w-]+|rclone\/rclone|pulumi\/[\w-]+)(?:[:@]|$)/;
/** What takes a file's content somewhere, as the first word of what the container runs or inside its `sh -c`. */
const TAKES =
  /(?:^|[\s;&|(])(?:cat|tar|base64|xxd|od|cp|zip|gzip|curl|wget|nc|ncat|scp|rsync|grep|head|tail|strings|openssl)\s/;
/** Private packages and repositories are fetched with the person's own key. */
const FETCHES =
  /\s(?:git|npm|pnpm|yarn|bun|pip|uv|poetry|composer|go|cargo|bundle|mvn|gradle|make|terraform|tofu|ansible[\w-]*|kubectl|helm)\s/;

/**
 * Folders of logins and keys among the mounts of `docker run`.
 * @param args of the engine, with the image and what it runs behind the options
 */
export function secretMount(args: readonly string[]): SecretMount | undefined {
  const sources = [
    ...findOptions(args, ['-v', '--volume']).map(
      (volume) => /^(?:[A-Za-z]:[\\/])?[^:]{0,1000}/.exec(volume)?.[0] ?? '',
    ),
    ...findOptions(args, ['--mount']).map((mount) => /(?:^|,)(?:source|src)=([^,]*)/.exec(mount)?.[1] ?? ''),
  ];
  for (const source of sources) {
    const home = HOME.exec(source)?.[0];
    if (home === undefined || PUBLIC.test(source)) continue;
    const below = source.slice(home.length);
    const kind = KEYS.test(below)
      ? 'keys'
      : AGENT_LOGINS.test(below)
        ? 'logins of agents'
        : LOGINS.test(below)
          ? 'logins'
          : undefined;
    if (kind === undefined) continue;
    const what = `a container with the ${kind} in ${source}`;
    const line = args.join(' ').slice(0, 4_000);
    if (TAKES.test(line)) return { what, severity: 'high' };
    if (args.some((word) => OWN_TOOLS.test(word)) || FETCHES.test(line)) return { what, severity: 'low' };
    // Cloud logins go into containers of one's own programs every day; keys and agents' logins hardly ever.
    return { what, severity: kind === 'logins' ? 'low' : 'medium' };
  }
  return undefined;
}
