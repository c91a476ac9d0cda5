/** What a program can do that rules care about; one program may have several roles. */
export const PROGRAM_ROLE_NAMES = [
  'shell',
  'interpreter',
  'reader',
  'searcher',
  'remover',
  'fetcher',
  'sender',
  'decoder',
  'archiver',
  'elevator',
  'scanner',
  'package-manager',
  'agent',
  'database-client',
  'cloud',
] as const;
export type ProgramRole = (typeof PROGRAM_ROLE_NAMES)[number];

const MEMBERS: Readonly<Record<ProgramRole, string>> = {
  shell: 'sh bash zsh dash ksh mksh ash fish csh tcsh rbash powershell cmd nu elvish',
  interpreter:
    'sh bash zsh dash ksh mksh ash fish csh tcsh powershell cmd python pypy node deno bun perl ruby php lua luajit osascript tclsh rscript groovy scala jshell awk cscript wscript mshta invoke-expression eval source . expect ipython irb tsx ts-node',
  reader:
    'cat bat less more head tail tac nl od xxd hexdump strings sed awk cut sort uniq grep rg ag ack jq yq base64 base32 openssl dd tee cp mv ln tar zip 7z gzip rsync scp diff cmp wc view vim nano emacs code type get-content select-string copy-item python node ruby perl php plutil sqlite3 rev fold paste column tr split file stat md5sum sha256sum pbcopy xclip',
  searcher:
    'find grep rg ag ack fd fdfind locate mdfind git-grep select-string findstr get-childitem where-object ls tree dir',
  remover:
    'rm rmdir unlink shred srm wipe del erase rd remove-item trash trash-put rimraf clear-content truncate gio',
  fetcher:
    'curl wget aria2c axel http https xh invoke-webrequest invoke-restmethod start-bitstransfer bitsadmin certutil lynx w3m links fetch nc socat scp sftp rsync ftp tftp httpie dig nslookup host drill aws gsutil git svn',
  sender:
    'curl wget http https xh invoke-webrequest invoke-restmethod nc socat scp sftp rsync ftp tftp rclone aws gsutil gcloud azcopy az s3cmd mc mail mailx sendmail mutt swaks ssh telnet openssl dig nslookup host ping gh glab git croc magic-wormhole wormhole ipfs transfer termbin lftp smbclient websocat wscat',
  decoder:
    'base64 base32 basenc openssl xxd uudecode gzip gunzip zcat bzip2 bunzip2 xz unxz zstd certutil rev tr printf hex',
  archiver:
    'tar zip 7z 7za 7zz rar gzip bzip2 xz zstd cpio ar split openssl gpg age compress-archive ditto hdiutil',
  elevator: 'sudo doas pkexec su runas gsudo psexec run0 dzdo',
  scanner:
    'nmap masscan naabu rustscan zmap arp-scan netdiscover nbtscan enum4linux netexec crackmapexec nxc certipy bloodhound-python responder ldapsearch ldapdomaindump smbmap rpcclient fping unicornscan dnsrecon gobuster ffuf feroxbuster nikto hydra medusa',
  'package-manager':
    'npm pnpm yarn bun npx bunx pnpx pip pipx uv uvx poetry pdm conda mamba cargo gem bundle go brew apt apt-get dnf yum pacman apk zypper snap flatpak choco scoop winget composer nuget dotnet mvn gradle port nix nix-env deno easy_install cpan luarocks',
  agent:
    'claude codex gemini copilot opencode cursor-agent cursor aider goose amp crush q kiro kiro-cli qwen openclaw droid auggie cline continue cn pi hermes grok kimi vibe amazon-q',
  'database-client':
    'psql mysql mariadb mongosh mongo redis-cli sqlite3 sqlcmd clickhouse-client cqlsh influx duckdb pg_dump pg_restore mysqldump mongodump mongoexport pg_dumpall usql pgcli mycli dropdb createdb',
  cloud:
    'aws gcloud gsutil bq az azd kubectl oc helm terraform tofu terragrunt pulumi eksctl doctl flyctl fly heroku vercel netlify wrangler supabase railway firebase cdk sam serverless sls ibmcloud oci linode-cli hcloud argocd flux k9s',
};

/** Canonical program name to its roles. */
export const PROGRAM_ROLES: ReadonlyMap<string, readonly ProgramRole[]> = collect();

function collect(): ReadonlyMap<string, readonly ProgramRole[]> {
  const out = new Map<string, ProgramRole[]>();
  for (const role of PROGRAM_ROLE_NAMES) {
    for (const name of MEMBERS[role].split(' ')) {
      const roles = out.get(name);
      if (roles === undefined) out.set(name, [role]);
      else roles.push(role);
    }
  }
  return out;
}
