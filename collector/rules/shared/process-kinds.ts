/** What programs are for, as far as process rules ask; canonical names. */

/** Move data between machines. */
const NETWORK_CLIENTS = new Set(
  'curl wget http https xh nc ncat netcat socat ssh scp sftp ftp tftp lftp telnet rsync croc'.split(' '),
);
/** Act as, or give out, somebody's accounts. */
const CREDENTIAL_TOOLS = new Set(
  'aws gcloud gsutil az gh glab vault op bw pass security secret-tool keyctl kubectl doctl heroku flyctl wrangler gpg'.split(
    ' ',
  ),
);
const SHELLS = new Set('sh bash zsh dash ksh fish ash powershell cmd'.split(' '));
/** Start what they are given, from a registry or the project. */
const LAUNCHERS = new Set(
  'npx npm pnpm pnpx yarn bunx bun uvx uv pipx poetry rye hatch docker podman env tsx deno dotenv direnv mise asdf volta corepack'.split(
    ' ',
  ),
);

export function isNetworkClient(program: string): boolean {
  return NETWORK_CLIENTS.has(program);
}

export function isCredentialTool(program: string): boolean {
  return CREDENTIAL_TOOLS.has(program);
}

export function isShell(program: string): boolean {
  return SHELLS.has(program);
}

export function isLauncher(program: string): boolean {
  return LAUNCHERS.has(program) || SHELLS.has(program);
}
