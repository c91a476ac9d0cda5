/** What a rule of an allow-list lets through, judged by the programs its prefix can start. */

export type AllowRisk =
  'everything' | 'any-code' | 'network' | 'any-edit' | 'runs-others' | 'any-page' | 'any-mcp-tool';

/** Programs whose arguments are code, or another program. */
const ANY_CODE = new Set([
  'bash',
  'sh',
  'zsh',
  'fish',
  'dash',
  'ksh',
  'pwsh',
  'powershell',
  'cmd',
  'eval',
  'exec',
  'source',
  'python',
  'python2',
  'python3',
  'node',
  'deno',
  'bun',
  'ruby',
  'perl',
  'php',
  'lua',
  'osascript',
  'sudo',
  'doas',
  'su',
  'env',
  'xargs',
  'nohup',
  'parallel',
  'npx',
  'bunx',
  'uvx',
  'pipx',
  'ssh',
  'invoke-expression',
  'iex',
]);
/** Programs that reach any host. */
const NETWORK = new Set([
  'curl',
  'wget',
  'nc',
  'ncat',
  'netcat',
  'socat',
  'telnet',
  'scp',
  'sftp',
  'rsync',
  'ftp',
  'http',
  'xh',
  'aria2c',
  'invoke-webrequest',
  'iwr',
  'irm',
  'invoke-restmethod',
]);
/** Read-only to the eye, with an option that starts another program: `find -exec`, `git -c`, `tar --checkpoint-action`. */
const RUNS_OTHERS = new Set([
  'find',
  'fd',
  'awk',
  'gawk',
  'sed',
  'tar',
  'git',
  'vim',
  'vi',
  'man',
  'docker',
  'podman',
  'kubectl',
  'make',
  'watch',
  'time',
  'timeout',
]);

const SHELL_TOOLS =
  /^(?:bash|shell|powershell|run_shell_command|shelltool|execute|terminal|run_terminal_cmd|execute_command|run_in_terminal|execute_bash)$/i;
const EDIT_TOOLS =
  /^(?:edit|write|multiedit|notebookedit|update|replace|write_file|create_file|apply_patch)$/i;
const WIDE_PATH =
  /^(?:\*{1,2}|\/{1,2}\*{0,2}|~\/?\*{0,2}|\/{1,2}\*\*\/\*|~\/\*\*\/\*|[A-Za-z]:[\\/]\*{0,2}|\$HOME\/\*{0,2})$/;

/**
 * Risk of one allow rule: `Bash(curl:*)`, `run_shell_command(git)`, `mcp__*`, `Edit(~/**)`, `*`.
 * @returns `undefined` for rules that name what they allow
 */
export function allowRisk(rule: string): AllowRisk | undefined {
  const text = rule.trim().slice(0, 500);
  if (text === '*' || text === '*(*)' || text === 'all') return 'everything';
  if (/^mcp__\*(?:__\*)?$|^mcp(?:\(\*\))?$/i.test(text)) return 'any-mcp-tool';
  const parts = /^([\w*-]+)(?:\((.*)\))?$/s.exec(text);
  if (parts === null) return undefined;
  const [, tool = '', spec] = parts;
  if (SHELL_TOOLS.test(tool)) return spec === undefined ? 'everything' : commandRisk(spec);
  if (EDIT_TOOLS.test(tool))
    return spec !== undefined && WIDE_PATH.test(spec) && spec !== '**' && spec !== '*'
      ? 'any-edit'
      : undefined;
  if (/^webfetch$|^web_fetch$/i.test(tool))
    return spec === '*' || spec === 'domain:*' ? 'any-page' : undefined;
  return undefined;
}

/** `curl:*`, `curl *`, `git`, `npm run test:*`. Only a rule that ends open is judged; an exact command is an approval. */
export function commandRisk(spec: string, openByDefault = false): AllowRisk | undefined {
  const body = spec.trim();
  if (/^(?:\*|:\*|\*:\*|\*\*|\.\*|)$/.test(body)) return 'everything';
  const open = /^(.*?)(?::\*|(?<!\s)\s+\*|\*)$/s.exec(body);
  const prefix = (open?.[1] ?? body).trim();
  if (open === null && !openByDefault) return undefined;
  const words = prefix.split(/\s+/);
  if (words.length !== 1) return sensitiveOption(words) ? 'any-code' : undefined;
  const program = (words[0] ?? '')
    .replace(/^.*[/\\]/, '')
    .replace(/\.(?:exe|cmd)$/i, '')
    .toLowerCase();
  if (ANY_CODE.has(program)) return 'any-code';
  if (NETWORK.has(program)) return 'network';
  return RUNS_OTHERS.has(program) ? 'runs-others' : undefined;
}

/** `python -c:*`, `node -e *`, `bash -lc:*`: longer prefixes that still leave the code open. */
function sensitiveOption(words: readonly string[]): boolean {
  const program = (words[0] ?? '').replace(/^.*[/\\]/, '').toLowerCase();
  return (
    ANY_CODE.has(program) &&
    words.length === 2 &&
    /^-(?:l?c|e|p|-eval|-command|enc\w*)$/i.test(words[1] ?? '')
  );
}
