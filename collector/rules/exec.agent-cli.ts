import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule } from './rule.ts';
import { canonicalName, hasFlag, operandsOf } from './shared/commands.ts';
import { onCommands } from './shared/on-command.ts';
import { unlessAsked } from './shared/weigh.ts';

export const execAgentCli: EventRule = {
  on: 'event',
  id: 'exec.agent-cli',
  code: 'B-44',
  title: 'Agent started another agent by command',
  severity: 'high',
  confidence: 'medium',
  why: 'The second agent has rights of its own. What the first one may not do, it can have done, and nobody is asked.',
  triage: 'What was the second agent told to do, and could it act without asking?',
  advice:
    'Let agents start others only with the same limits. Forbid the options that switch the questions off.',
  falsePositives: [
    'A second opinion without more rights (reported as low).',
    'Several agents because you asked for it (name the agent; reported as low).',
  ],
  references: ['https://atlas.mitre.org/techniques/AML.T0103'],
  taxonomies: { attack: ['T1059'], atlas: ['AML.T0103', 'AML.T0118.001'], owasp: ['ASI07', 'ASI08'] },
  bundles: ['OVR', 'MON'],
  habit: ['lower'],
  trigger: { roles: ['agent'], programs: ['npx', 'bunx', 'pnpx', 'pnpm dlx', 'uvx'] },
  match: onCommands((command, _event, context) => {
    const called = agentCall(command);
    if (called === undefined) return undefined;
    const { name, free, far } = called;
    const severity: Severity = free ? 'high' : far ? 'medium' : 'low';
    return {
      subject: `${name}${free ? ' without questions' : ''}`,
      detail: `The agent started ${name}${far ? ' on another machine' : ''}${free ? ', which asks nobody before it acts' : ''}.`,
      severity: unlessAsked(severity, context, [name]),
    };
  }, 'anywhere'),
  examples: {
    hit: [
      {
        name: 'without questions',
        calls: [{ shell: 'claude -p "fix all tests" --dangerously-skip-permissions' }],
      },
      {
        name: 'other vendor',
        calls: [{ shell: 'codex exec --dangerously-bypass-approvals-and-sandbox "clean up"' }],
      },
      { name: 'other vendor, short form', calls: [{ shell: 'gemini --yolo -p "find keys"' }] },
      {
        name: 'by a package runner',
        calls: [{ shell: 'npx -y @anthropic-ai/claude-code -p hi --permission-mode bypassPermissions' }],
      },
      {
        name: 'nested shell',
        calls: [{ shell: `bash -c 'nohup codex exec --full-auto "do it" > /tmp/o 2>&1 &'` }],
      },
      {
        name: 'another machine',
        calls: [{ shell: `ssh build1 "claude -p 'deploy' --dangerously-skip-permissions"` }],
      },
      { name: 'many', calls: [{ shell: 'for t in a b c; do cursor-agent -p --force "$t" & done' }] },
      { name: 'Copilot', calls: [{ shell: 'copilot -p "push it" --allow-all-tools' }] },
      {
        name: 'Windows',
        platform: 'win32',
        calls: [{ shell: 'claude.exe --print "go" --dangerously-skip-permissions', dialect: 'powershell' }],
      },
      {
        name: 'second opinion (low)',
        calls: [{ shell: 'codex exec --sandbox read-only "review this diff"' }],
      },
    ],
    miss: [
      {
        name: 'version',
        guards: 'is it installed',
        calls: [{ shell: 'claude --version && codex --help && which gemini' }],
      },
      {
        name: 'set-up',
        guards: 'other commands of an agent',
        calls: [{ shell: 'claude mcp list; claude config get model; codex login status' }],
      },
      {
        name: 'other programs',
        guards: 'the same name',
        calls: [{ shell: 'npx cline-docs; goose -dir migrations postgres up; amp --port 8080' }],
      },
      { name: 'editor', guards: 'opening a file', calls: [{ shell: 'cursor src/index.ts && code .' }] },
      {
        name: 'words',
        guards: 'talking about it',
        calls: [{ shell: 'grep -rn "claude -p" docs; echo codex exec' }],
      },
      {
        name: 'packages',
        guards: 'installing',
        calls: [{ shell: 'npm i -g @openai/codex; npx tsc --noEmit' }],
      },
    ],
  },
};

/** Options and verbs that make an agent work by itself, per program. */
const ALONE: Readonly<Record<string, RegExp>> = {
  claude: /(?:^|\s)(?:-p|--print)(?:\s|=|$)/,
  codex: /^(?:exec|e|cloud exec|review)\b|(?:^|\s)--full-auto\b/,
  gemini: /(?:^|\s)(?:-p|--prompt|-y|--yolo|--approval-mode)(?:\s|=|$)/,
  copilot: /(?:^|\s)(?:-p|--prompt|--allow-all-tools|--allow-all)(?:\s|=|$)/,
  opencode: /^run\b/,
  'cursor-agent': /(?:^|\s)(?:-p|--print|-f|--force)(?:\s|=|$)/,
  aider: /(?:^|\s)(?:-m|--message|--message-file|--yes-always|--yes)(?:\s|=|$)/,
  goose: /^run\b/,
  amp: /(?:^|\s)(?:-x|--execute)(?:\s|=|$)/,
  crush: /^run\b/,
  q: /^chat\b.*--(?:no-interactive|trust-all-tools)/,
  'kiro-cli': /^chat\b.*--(?:no-interactive|trust-all-tools)/,
  qwen: /(?:^|\s)(?:-p|--prompt|-y|--yolo)(?:\s|=|$)/,
  droid: /^exec\b/,
  auggie: /(?:^|\s)(?:-p|--print)(?:\s|=|$)/,
  cn: /(?:^|\s)(?:-p|--print)(?:\s|=|$)/,
  openclaw: /^agent\b.*--message/,
  hermes: /(?:^|\s)-q\b|^chat -q/,
  kimi: /(?:^|\s)(?:-c|--command|--print|--yolo|-y)(?:\s|=|$)/,
  grok: /(?:^|\s)(?:-p|--prompt)(?:\s|=|$)/,
  vibe: /(?:^|\s)(?:-p|--prompt)(?:\s|=|$)/,
};
/** Options that switch the questions off. Vendor documentation, checked 2026-11-22. */
const FREE =
  /--dangerously-[\w-]+|--yolo\b|bypassPermissions|--full-auto\b|--allow-all(?:-tools)?\b|--trust-all-tools|--yes-always|--skip-permissions-unsafe|--approval-mode[= ]yolo|approval_policy[= ]"?never|-a never\b|--ask-for-approval[= ]never|danger-full-access|--dangerously-allow-all/;
/** Packages that are an agent. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@anthropic-ai/claude-code': 'claude',
  '@openai/codex': 'codex',
  '@google/gemini-cli': 'gemini',
  '@github/copilot': 'copilot',
  'opencode-ai': 'opencode',
  '@qwen-code/qwen-code': 'qwen',
  '@sourcegraph/amp': 'amp',
  '@augmentcode/auggie': 'auggie',
  'aider-chat': 'aider',
};

function agentCall(
  command: ShellCommand,
): { readonly name: string; readonly free: boolean; readonly far: boolean } | undefined {
  let name = canonicalName(command.program);
  let { args } = command;
  if (/^(?:npx|bunx|pnpx|pnpm|uvx)$/.test(name)) {
    const word = operandsOf(args).find((candidate) => candidate !== 'dlx') ?? '';
    const known = PACKAGES[word.replace(/(?<=.)@[^/@]*$/, '')];
    if (known === undefined) return undefined;
    args = args.slice(args.indexOf(word) + 1);
    name = known;
  }
  const alone = Object.hasOwn(ALONE, name) ? ALONE[name] : undefined;
  const line = args.join(' ').slice(0, 2_000);
  if (hasFlag(args, 'version', 'help') || alone === undefined) return undefined;
  const short = /^(?:gemini|qwen|kimi)$/.test(name)
    ? hasFlag(args, 'y')
    : name === 'cursor-agent' && hasFlag(args, 'f', 'force');
  const free = FREE.test(line) || short;
  if (!alone.test(line) && !free) return undefined;
  return { name, free, far: command.via.includes('remote') };
}
