import type { Word } from './state.ts';

/**
 * Shell text hidden in an option or a variable of an ordinary program: `git -c core.pager='sh …'`,
 * `tar --checkpoint-action=exec=…`, `rsync -e …`, `GIT_SSH_COMMAND=…`.
 * @returns `undefined` when there is none, which is nearly always
 */
export function programsRunBy(
  name: string,
  words: readonly Word[],
  assignments: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  const look = Object.hasOwn(LOOKS, name) ? LOOKS[name] : undefined;
  let out: string[] | undefined;
  if (look !== undefined) {
    const args: string[] = [];
    for (let i = 1; i < words.length; i++) args.push(words[i]?.text ?? '');
    out = look(args);
  }
  for (const key in assignments) {
    if (!RUN_VARIABLES.has(key)) continue;
    const value = assignments[key] ?? '';
    if (isCommandLine(value)) (out ??= []).push(value);
  }
  return out === undefined || out.length === 0 ? undefined : out.slice(0, 8);
}

const RUN_VARIABLES: ReadonlySet<string> = new Set([
  'GIT_SSH_COMMAND',
  'GIT_SSH',
  'GIT_PAGER',
  'GIT_EDITOR',
  'GIT_SEQUENCE_EDITOR',
  'GIT_EXTERNAL_DIFF',
  'GIT_PROXY_COMMAND',
  'GIT_ASKPASS',
  'SSH_ASKPASS',
  'SUDO_ASKPASS',
  'PAGER',
  'MANPAGER',
  'EDITOR',
  'VISUAL',
  'BROWSER',
  'PROMPT_COMMAND',
  'RSYNC_RSH',
  'LESSOPEN',
]);

type Look = (args: readonly string[]) => string[];

/** Values of options, as `--name value` or `--name=value`, or glued to a short one. */
function values(args: readonly string[], ...names: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    for (const name of names) {
      if (arg === name) out.push(args[i + 1] ?? '');
      else if (name.startsWith('--') && arg.startsWith(`${name}=`)) out.push(arg.slice(name.length + 1));
    }
  }
  return out.filter((value) => value !== '');
}

/** Git keys whose value is run (git 2.51, git-config(1)). */
const GIT_KEYS =
  /^(?:core\.(?:pager|editor|sshcommand|fsmonitor|askpass|gitproxy|alternaterefscommand)|pager\.[\w-]+|sequence\.editor|diff\.external|diff\.[^=]+\.(?:command|textconv)|(?:merge|diff|difftool|mergetool|filter)\.[^=]+\.(?:cmd|driver|clean|smudge|process)|credential\.(?:[^=]+\.)?helper|gpg\.(?:[\w-]+\.)?program|alias\.[^=]+|uploadpack\.packobjectshook|sendemail\.\w+cmd|interactive\.difffilter|remote\.[^=]+\.(?:uploadpack|receivepack)|web\.browser|browser\.[^=]+\.cmd|trailer\.[^=]+\.command)=/i;

const git: Look = (args) => {
  const out: string[] = [];
  const pairs = values(args, '-c', '--config');
  const at = args.indexOf('config');
  if (at >= 0) {
    const rest = args.slice(at + 1).filter((arg) => !arg.startsWith('-') && arg !== 'set');
    if (rest.length >= 2) pairs.push(`${rest[0] ?? ''}=${rest[1] ?? ''}`);
  }
  for (const pair of pairs) {
    if (!GIT_KEYS.test(pair)) continue;
    const value = pair.slice(pair.indexOf('=') + 1);
    const alias = /^alias\./i.test(pair);
    if (alias && !value.startsWith('!')) continue;
    if (
      /^(?:true|false|cat|\/dev\/null|store|cache|manager|osxkeychain|libsecret|less|vim|vi|nano|delta|code --wait)?$/i.test(
        value,
      )
    )
      continue;
    out.push(value.replace(/^!/, ''));
  }
  out.push(
    ...values(args, '--upload-pack', '-u', '--receive-pack', '--exec').filter((value) =>
      /[\s;|&$`/]/.test(value),
    ),
  );
  const verb = args.find((arg) => !arg.startsWith('-'));
  if (verb === 'rebase') out.push(...values(args, '-x'));
  if (verb === 'bisect' && args.includes('run')) out.push(args.slice(args.indexOf('run') + 1).join(' '));
  if (verb === 'submodule' && args.includes('foreach')) {
    out.push(
      args
        .slice(args.indexOf('foreach') + 1)
        .filter((arg) => arg !== '--recursive')
        .join(' '),
    );
  }
  if (verb === 'filter-branch')
    out.push(...values(args, '--tree-filter', '--index-filter', '--msg-filter', '--env-filter'));
  for (const arg of args) if (arg.startsWith('ext::')) out.push(arg.slice(5));
  return out;
};

const tar: Look = (args) => {
  const out = values(
    args,
    '--to-command',
    '--use-compress-program',
    '-I',
    '--rsh-command',
    '--info-script',
    '-F',
    '--new-volume-script',
  );
  for (const action of values(args, '--checkpoint-action'))
    if (action.startsWith('exec=')) out.push(action.slice(5));
  return out;
};

const socat: Look = (args) =>
  args.flatMap((arg) => /^(?:EXEC|SYSTEM|SHELL):([^,]*)/i.exec(arg)?.[1]?.replace(/^["']|["']$/g, '') ?? []);

const vim: Look = (args) =>
  [...values(args, '-c', '--cmd'), ...args.filter((arg) => arg.startsWith('+')).map((arg) => arg.slice(1))]
    .map(
      (command) =>
        /^[:\s]{0,20}(?:sil(?:ent)?!?\s{1,8}|exe(?:cute)?\s{1,8}["']|\d{0,8}r(?:ead)?\s{1,8}|w(?:rite)?\s{1,8}|%){0,8}!(.*)$/s.exec(
          command,
        )?.[1] ??
        /\b(?:system(?:list)?|job_start|jobstart|termopen)\(\s*(["'])(.*?)\1/.exec(command)?.[2] ??
        '',
    )
    .filter((command) => command !== '');

const sed: Look = (args) =>
  // GNU `e` command: `1e cmd`; `s/x/cmd/e` runs the line after the change: known only when it is all replaced.
  args.flatMap(
    (arg) =>
      /^(?:\d{1,20}|\$)?e\s(.+)$/s.exec(arg)?.[1] ??
      /^s([/|#,])(?:\^?\.\*\$?)\1([^\\&/|#,]{1,512})\1[gimp\d]*e[gimp\d]*$/i.exec(arg)?.[2] ??
      [],
  );

/** `!cmd`, `shell cmd`, `.system cmd`: escapes to a shell in the commands of debuggers and database clients. */
const escapes = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => /^\s*(?:\\!|!|\.?shell\s|\.system\s|platform shell\s)(.+)$/s.exec(text)?.[1] ?? []);

/** `export PAGER='sh -c …'` and its sisters. */
const exported: Look = (args) =>
  args.flatMap((arg) => {
    const equals = arg.indexOf('=');
    const value = arg.slice(equals + 1);
    return equals > 0 && RUN_VARIABLES.has(arg.slice(0, equals)) && isCommandLine(value) ? [value] : [];
  });

/** `PAGER=cat` is everyday; only a value that is a command line says something. */
function isCommandLine(value: string): boolean {
  return /[\s;|&$`]/.test(value);
}

const LOOKS: Readonly<Record<string, Look | undefined>> = {
  git,
  tar,
  gtar: tar,
  bsdtar: tar,
  rsync: (args) => values(args, '-e', '--rsh', '--rsync-path').filter((value) => value !== 'ssh'),
  scp: (args) => [...values(args, '-S'), ...proxyCommands(args)],
  sftp: (args) => [...values(args, '-S'), ...proxyCommands(args)],
  ssh: (args) => proxyCommands(args),
  man: (args) => values(args, '-P', '--pager', '-H', '--html'),
  zip: (args) => values(args, '-TT', '--unzip-command'),
  socat,
  nc: (args) => values(args, '-e', '-c', '--exec', '--sh-exec', '--lua-exec'),
  ncat: (args) => values(args, '-e', '-c', '--exec', '--sh-exec', '--lua-exec'),
  vim,
  vi: vim,
  nvim: vim,
  sed,
  gsed: sed,
  sort: (args) => values(args, '--compress-program'),
  split: (args) => values(args, '--filter'),
  make: (args) =>
    values(args, '--eval').flatMap((text) => /\$\(shell\s([^)]{0,300})\)/.exec(text)?.[1] ?? []),
  psql: (args) => escapes(values(args, '-c', '--command')),
  mysql: (args) => escapes(values(args, '-e', '--execute')),
  sqlite3: (args) => escapes([...args.filter((arg) => !arg.startsWith('-')), ...values(args, '-cmd')]),
  gdb: (args) => escapes(values(args, '-ex', '--eval-command', '-iex')),
  lldb: (args) => escapes(values(args, '-o', '--one-line', '-O')),
  export: exported,
  declare: exported,
  typeset: exported,
  complete: (args) => values(args, '-C'),
  compgen: (args) => values(args, '-C'),
  bind: (args) => values(args, '-x').flatMap((text) => /:\s*["']?([^"']+)/.exec(text)?.[1] ?? []),
  fly: (args) => values(args, '-C', '--command'),
  flyctl: (args) => values(args, '-C', '--command'),
  ansible: (args) =>
    /^(?:shell|command|raw|script)$/.test(values(args, '-m', '--module-name')[0] ?? 'command')
      ? values(args, '-a', '--args')
      : [],
  rg: (args) => values(args, '--pre'),
  fd: (args) => afterOption(args, '-x', '-X', '--exec', '--exec-batch'),
  npm: (args) =>
    args[0] === 'exec' && args.includes('--') ? [args.slice(args.indexOf('--') + 1).join(' ')] : [],
  pnpm: (args) => (args[0] === 'exec' ? [args.slice(1).join(' ')] : []),
  yarn: (args) => (args[0] === 'exec' ? [args.slice(1).join(' ')] : []),
  hyperfine: (args) => args.filter((arg) => !arg.startsWith('-')),
};

function proxyCommands(args: readonly string[]): string[] {
  const options = [
    ...values(args, '-o'),
    ...args.filter((arg) => /^-o./.test(arg)).map((arg) => arg.slice(2)),
  ];
  return options.flatMap(
    (option) => /^(?:ProxyCommand|LocalCommand|KnownHostsCommand)[= ](.+)$/i.exec(option)?.[1] ?? [],
  );
}

function afterOption(args: readonly string[], ...names: readonly string[]): string[] {
  const at = args.findIndex((arg) => names.includes(arg));
  return at < 0 ? [] : [args.slice(at + 1).join(' ')];
}
