/** What a file is to somebody who would steal, change or destroy it. First the classes by name, last the ones by place. */
export type PathClass =
  | 'authorized-keys'
  | 'ssh-key'
  | 'ssh-config'
  | 'gpg-key'
  | 'private-key'
  | 'sshd-config'
  | 'sudoers'
  | 'os-credential'
  | 'process-memory'
  | 'keychain'
  | 'browser-store'
  | 'wallet'
  | 'password-vault'
  | 'agent-credential'
  | 'cloud-credential'
  | 'env-file'
  | 'app-secret'
  | 'shell-history'
  | 'mcp-config'
  | 'agent-config'
  | 'agent-log'
  | 'instructions'
  | 'shell-rc'
  | 'scheduler'
  | 'git-hooks'
  | 'git-config'
  | 'git-internal'
  | 'ci-config'
  | 'editor-task'
  | 'package-config'
  | 'root-ca'
  | 'hosts-file'
  | 'container-socket'
  | 'device'
  | 'security-log'
  | 'browser-profile'
  | 'filesystem-root'
  | 'home-root'
  | 'workspace-root'
  | 'generated-dir'
  | 'temp'
  | 'workspace'
  | 'system'
  | 'home'
  | 'other';

/** One row of the table. A path matches when one of the positive lists hits and no negative one does. All lower case. */
export interface PathPattern {
  readonly class: PathClass;
  /** Whose file it is, for agent files: an id of `agents/`. */
  readonly agent?: string;
  /** Prefix of the part below a home; ends with `/` for a folder (the folder itself matches as well). */
  readonly home?: readonly string[];
  /** Absolute prefix, same rule. */
  readonly root?: readonly string[];
  /** Exact base names. */
  readonly names?: readonly string[];
  /** Beginnings of base names. */
  readonly starts?: readonly string[];
  /** Ends of the whole path, with a leading `/` for whole names. */
  readonly ends?: readonly string[];
  /** Parts anywhere in the path. */
  readonly parts?: readonly string[];
  /** Further demand: the path must hold one of these parts. */
  readonly within?: readonly string[];
  /** Ends that make it harmless: `.pub`, `.example`. */
  readonly notEnds?: readonly string[];
}

/** Ends of files that only show what the real one looks like. */
export const EXAMPLE_ENDS: readonly string[] = [
  '.example',
  '.sample',
  '.template',
  '.dist',
  '.tpl',
  '.defaults',
  '.md',
  '.schema.json',
];
