import type { ToolCallEvent } from '../contract/event.ts';
import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match, SessionContext } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { describeCommand, subcommandOf } from './shared/commands.ts';
import { onCall } from './shared/on-call.ts';

const DELETE_TOOL = /(?:^|[_-])(?:delete|remove)[_-](repo(?:sitory)?|project|branch|tag|ref)(?:[_-]|$)/i;

export const gitHistoryDestruction: EventRule = {
  on: 'event',
  id: 'git.history-destruction',
  code: 'B-30',
  title: 'Git history overwritten or deleted',
  severity: 'high',
  confidence: 'high',
  why: 'The command replaces or removes commits that others may rely on. On a shared branch the work of colleagues can be lost.',
  triage:
    'See which branch or tag it was. The old commits can often be found in the reflog of a recent clone.',
  advice:
    'Protect shared branches on the server. Restore the branch from a clone or the reflog soon, before it is cleaned up.',
  falsePositives: ['Force-pushing your own feature branch after a rebase (reported as low).'],
  references: ['https://attack.mitre.org/techniques/T1485/', 'https://atlas.mitre.org/techniques/AML.T0101'],
  taxonomies: { attack: ['T1485', 'T1565.001'], atlas: ['AML.T0101'], owasp: ['ASI02'] },
  bundles: ['DST', 'CHG'],
  habit: ['lower'],
  trigger: {
    programs: [
      'git push',
      'git filter-branch',
      'git filter-repo',
      'git reflog',
      'git gc',
      'git update-ref',
      'git -D',
      'git-filter-repo',
      'bfg',
      'gh repo',
      'gh api',
      'glab repo',
    ],
    tools: [DELETE_TOOL],
  },
  match: onCall((event, context) => {
    if (event.tool.category === 'mcp') return byTool(event, context);
    const matches: Match[] = [];
    for (const command of event.shell?.commands ?? []) {
      const verdict = command.elsewhere ? undefined : judge(command, context);
      if (verdict !== undefined)
        matches.push({
          subject: verdict[0],
          detail: `The agent ran ${verdict[0]}.`,
          severity: verdict[1],
          excerpt: describeCommand(command),
        });
    }
    return matches;
  }),
  examples: {
    hit: [
      { name: 'force push to main', calls: [{ shell: 'git push --force origin main' }] },
      { name: 'all branches', calls: [{ shell: 'git push --force --all' }] },
      { name: 'repository by the API', calls: [{ shell: 'gh api -X DELETE repos/acme/app' }] },
      {
        name: 'branch by a tool',
        calls: [
          { mcp: 'github', tool: 'delete_branch', args: { owner: 'acme', repo: 'app', branch: 'main' } },
        ],
      },
      { name: 'short flag, other folder', calls: [{ shell: 'git -C ../api push -f origin HEAD:master' }] },
      { name: 'plus in front', calls: [{ shell: 'git push origin +main' }] },
      { name: 'mirror', calls: [{ shell: 'git push --mirror https://git.example.net/x.git' }] },
      { name: 'delete a shared branch', calls: [{ shell: 'git push origin --delete release/2.0' }] },
      {
        name: 'rewrite everything',
        calls: [{ shell: "git filter-branch --force --tree-filter 'rm -f x' -- --all" }],
      },
      { name: 'filter-repo', calls: [{ shell: 'git filter-repo --path secrets --invert-paths --force' }] },
      {
        name: 'forget the past',
        calls: [
          { shell: "bash -c 'git reflog expire --expire=now --all && git gc --prune=now --aggressive'" },
        ],
      },
      { name: 'repository deleted', calls: [{ shell: 'gh repo delete acme/app --yes' }] },
      {
        name: 'own branch with lease (low)',
        calls: [{ shell: 'git push --force-with-lease origin feature/login' }],
      },
      { name: 'nested shell', calls: [{ shell: "bash -c 'git push -f origin main'" }] },
      { name: 'refspec', calls: [{ shell: 'git push origin :main' }] },
      { name: 'lease on main', calls: [{ shell: 'git push --force-with-lease origin main' }] },
      {
        name: 'two commands',
        calls: [{ shell: 'git reset --hard HEAD~3 && git push --force origin develop' }],
      },
    ],
    miss: [
      { name: 'plain push', guards: 'daily work', calls: [{ shell: 'git push -u origin feature/login' }] },
      { name: 'reset without push', guards: 'local work', calls: [{ shell: 'git reset --hard HEAD~1' }] },
      { name: 'merged branch', guards: 'cleaning up', calls: [{ shell: 'git branch -d feature/login' }] },
      {
        name: 'own branch deleted here',
        guards: 'cleaning up',
        calls: [{ shell: 'git branch -D feature/old' }],
      },
      { name: 'fetch with prune', guards: 'the word prune', calls: [{ shell: 'git fetch --all --prune' }] },
      { name: 'follow tags', guards: 'flags with an f', calls: [{ shell: 'git push --follow-tags' }] },
      { name: 'gc', guards: 'ordinary upkeep', calls: [{ shell: 'git gc' }] },
      { name: 'checkout force', guards: 'force elsewhere', calls: [{ shell: 'git checkout -f main' }] },
      { name: 'tag here', guards: 'tags of this clone', calls: [{ shell: 'git tag -d v1.0.0-rc1' }] },
      { name: 'rebase', guards: 'local work', calls: [{ shell: 'git rebase -i HEAD~3' }] },
      { name: 'help', guards: 'reading the manual', calls: [{ shell: 'git filter-branch --help' }] },
    ],
  },
};

const PROTECTED =
  /^(?:refs\/heads\/)?(?:main|master|trunk|default|develop|dev|staging|production|prod|stable|releases?(?:\/.*|-v?\d.*)?|hotfix\/.*|v?\d+(?:\.\d+|\.x)+)$/i;

function judge(command: ShellCommand, context: SessionContext): readonly [string, Severity] | undefined {
  const name = command.program.toLowerCase();
  if (name === 'bfg' || name === 'git-filter-repo') return [name, 'high'];
  const { verb, words, rest } = subcommandOf(command);
  if (name === 'gh' && words[0] === 'api') return deletedByApi(command);
  if (name === 'gh' || name === 'glab')
    return words[0] === 'repo' && words[1] === 'delete'
      ? [`gh repo delete ${words[2] ?? ''}`, 'critical']
      : undefined;
  if (name !== 'git' || command.args.includes('--help')) return undefined;
  const asked = (severity: Severity): Severity =>
    askedFor(context, [
      'force',
      'force-push',
      'rewrite',
      'history',
      'filter-repo',
      'purge',
      'squash',
      'rebase',
    ])
      ? 'low'
      : severity;
  switch (verb) {
    case 'push':
      return push(words.slice(1), rest, context);
    case 'filter-branch':
    case 'filter-repo':
      return [`git ${verb}`, asked('high')];
    case 'reflog':
      return /expire/.test(rest.join(' ')) &&
        /--expire(?:-unreachable)?=(?:now|all|0)(?:\s|$)/.test(rest.join(' '))
        ? ['git reflog expire', asked('high')]
        : rest[0] === 'delete'
          ? ['git reflog delete', asked('medium')]
          : undefined;
    case 'gc':
      return rest.some((word) => /^--prune=(?:now|all)/.test(word))
        ? ['git gc --prune=now', 'low']
        : undefined;
    case 'update-ref':
      return rest.includes('-d') ? ['git update-ref -d', asked('medium')] : undefined;
    case 'branch':
      return rest.some((word) => /^-D$|^--delete$|^-d$/.test(word)) &&
        words.slice(1).some((word) => PROTECTED.test(word)) &&
        rest.includes('-D')
        ? [`git branch -D ${words[1] ?? ''}`, 'medium']
        : undefined;
    default:
      return undefined;
  }
}

/** `gh api -X DELETE repos/acme/app`, and its branches. */
function deletedByApi(command: ShellCommand): readonly [string, Severity] | undefined {
  const line = command.args.join(' ');
  if (!/(?:-X|--method)[ =]?DELETE\b/i.test(line)) return undefined;
  if (/(?:^|[\s/])repos\/[\w.{}:-]+\/[\w.{}:-]+(?:\s|$)/.test(line))
    return ['gh api delete of a repository', 'critical'];
  const branch = /\/git\/refs\/heads\/(\S{1,200})/.exec(line)?.[1];
  return branch !== undefined && PROTECTED.test(branch) ? [`gh api delete of ${branch}`, 'high'] : undefined;
}

/** Tools of an MCP server that delete branches or repositories. */
function byTool(event: ToolCallEvent, context: SessionContext): readonly Match[] {
  const name = event.tool.mcpTool ?? event.tool.name;
  const what = DELETE_TOOL.exec(name)?.[1];
  if (what === undefined) return [];
  const text = JSON.stringify(event.input.args ?? {}).slice(0, 4_000);
  const whole = /^(?:repo|project)/i.test(what);
  const target = /"(?:branch|ref|name)":\s?"([^"]{1,200})"/.exec(text)?.[1] ?? '';
  if (!whole && !PROTECTED.test(target)) return [];
  const asked = askedFor(context, ['delete', 'remove']);
  return [
    {
      subject: `${name} ${target}`.trim(),
      detail: `The agent called "${name}"${target === '' ? '' : ` for ${target}`}.`,
      severity: asked ? 'medium' : whole ? 'critical' : 'high',
      excerpt: text.slice(0, 300),
    },
  ];
}

function push(
  words: readonly string[],
  rest: readonly string[],
  context: SessionContext,
): readonly [string, Severity] | undefined {
  if (rest.includes('--dry-run') || rest.includes('-n')) return undefined;
  const refs = words.slice(1);
  const targets = refs.map((ref) => ref.replace(/^\+/, '').replace(/^.*:/, ''));
  const shared = targets.find((ref) => PROTECTED.test(ref));
  if (rest.includes('--mirror') || rest.includes('--prune')) return ['git push --mirror', 'high'];
  const lease = rest.some((word) => word.startsWith('--force-with-lease') || word === '--force-if-includes');
  const force =
    rest.some((word) => word === '--force' || /^-[a-eg-z]*f[a-z]*$/.test(word)) ||
    refs.some((ref) => ref.startsWith('+'));
  const deletes =
    rest.some((word) => word === '--delete' || word === '-d') || refs.some((ref) => ref.startsWith(':'));
  if (!lease && !force && !deletes) return undefined;
  const asked = askedFor(context, [
    'force',
    'force-push',
    'delete',
    'overwrite',
    'rewrite',
    'rebase',
    'amend',
    'squash',
  ]);
  const verb = deletes ? 'delete' : 'force-push';
  if (rest.includes('--all')) return [`git ${verb} of all branches`, asked ? 'medium' : 'high'];
  if (shared !== undefined)
    return [`git ${verb} of ${shared}`, asked ? 'medium' : lease ? 'high' : 'critical'];
  if (targets.some((ref) => /^(?:refs\/)?tags\//.test(ref)) || rest.includes('--tags'))
    return [`git ${verb} of tags`, asked ? 'low' : 'medium'];
  return [`git ${verb} of ${targets[0] ?? 'the current branch'}`, 'low'];
}
