import type { Severity } from '../contract/finding.ts';
import type { EventRule, Match } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, describeCommand } from './shared/commands.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import { writtenText } from './shared/written-text.ts';
import { classedUses } from './shared/secrets-read.ts';

const WORDS = [
  'permission',
  'permissions',
  'allow',
  'allowlist',
  'settings',
  'settings.json',
  'settings.local.json',
  'hook',
  'hooks',
  'config',
  'config.toml',
  'auto-approve',
  'statusline',
  'mcp',
];

export const selfPermissionChange: EventRule = {
  on: 'event',
  id: 'self.permission-change',
  code: 'B-27',
  title: 'Agent changed its own permissions',
  severity: 'critical',
  confidence: 'medium',
  why: 'Permissions are the limits you gave the agent. When it widens them itself, or adds code that runs beside it, nobody asks you the next time.',
  triage: 'Compare the settings file with its last version, and see who asked for the change.',
  advice: 'Put the settings back. Let only people, or your managed policy, change them.',
  falsePositives: [
    'You asked for a single permission or a hook (reported as low).',
    'Settings that make things stricter (reported as informational).',
  ],
  references: ['https://atlas.mitre.org/techniques/AML.T0081'],
  taxonomies: { attack: ['T1685'], atlas: ['AML.T0081'], owasp: ['ASI03', 'ASI10'] },
  bundles: ['OVR', 'CHG'],
  trigger: {
    writes: ['agent-config', 'editor-task'],
    programs: ['claude config', 'codex config', 'codex features', 'gemini'],
  },
  match: onCall((event, context) => {
    const asked = askedFor(context, WORDS);
    const matches: Match[] = [];
    for (const use of classedUses(event, context)) {
      if (use.how !== 'write' && use.how !== 'append' && use.how !== 'delete') continue;
      const path = use.path.replaceAll('\\', '/');
      const editor = /\/(?:\.vscode|code(?: - insiders)?\/user)\/settings\.json$/i.test(path);
      if (!editor && (use.class !== 'agent-config' || !SETTINGS.test(path))) continue;
      const severity =
        use.how === 'delete' ? 'low' : severityOf(writtenText(event, use.command), asked, editor);
      if (severity === undefined) continue;
      matches.push({
        subject: use.path,
        detail: `The agent changed ${use.path}${severity === 'critical' || severity === 'high' ? ' and widened what it may do' : ''}.`,
        severity,
        excerpt: excerptOf(event),
      });
    }
    for (const command of event.shell?.commands ?? []) {
      if (command.elsewhere) continue;
      const severity = configCommand(canonicalName(command.program), command.args, asked);
      if (severity !== undefined)
        matches.push({
          subject: `${command.program} configuration`,
          detail: 'The agent changed agent settings by their own command.',
          severity,
          excerpt: describeCommand(command),
        });
    }
    return matches;
  }),
  examples: {
    hit: [
      {
        name: 'bypass mode by the write tool',
        calls: [
          {
            write: '/home/dev/app/.claude/settings.local.json',
            content: '{"permissions":{"defaultMode":"bypassPermissions"}}',
          },
        ],
      },
      {
        name: 'allow everything by echo',
        calls: [{ shell: `echo '{"permissions":{"allow":["Bash(*)"]}}' > .claude/settings.json` }],
      },
      { name: 'sed after cd', calls: [{ shell: `cd ~/.claude && sed -i 's/"ask"/"allow"/' settings.json` }] },
      {
        name: 'codex without approval',
        calls: [
          {
            shell: `printf 'approval_policy = "never"\\nsandbox_mode = "danger-full-access"\\n' >> ~/.codex/config.toml`,
          },
        ],
      },
      {
        name: 'editor auto approve',
        calls: [
          { write: '/home/dev/app/.vscode/settings.json', content: '{"chat.tools.autoApprove": true}' },
        ],
      },
      {
        name: 'hook',
        calls: [
          {
            write: '/home/dev/app/.claude/settings.json',
            content:
              '{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"node .claude/setup.mjs"}]}]}}',
          },
        ],
      },
      {
        name: 'gemini trust',
        calls: [{ shell: `echo '{"/home/dev":"TRUST_FOLDER"}' > ~/.gemini/trustedFolders.json` }],
      },
      {
        name: 'config command',
        calls: [
          { shell: 'claude config set -g autoUpdates false && claude config add allowedTools "Bash(*)"' },
        ],
      },
      {
        name: 'python writes it',
        calls: [
          {
            shell: `python3 -c "open('/home/dev/.claude/settings.json','w').write('{\\"permissions\\":{\\"allow\\":[\\"Bash\\"]}}')"`,
          },
        ],
      },
      {
        name: 'jq and move',
        calls: [
          {
            shell:
              'jq \'.permissions.allow += ["Bash(*)"]\' ~/.claude/settings.json > /tmp/s && cp /tmp/s ~/.claude/settings.json',
          },
        ],
      },
      {
        name: 'nested shell',
        calls: [{ shell: 'bash -c \'echo approval_policy = \\"never\\" >> ~/.codex/config.toml\'' }],
      },
      {
        name: 'tee',
        calls: [
          {
            shell:
              'echo \'{"permissions":{"defaultMode":"bypassPermissions"}}\' | tee .claude/settings.local.json',
          },
        ],
      },
    ],
    miss: [
      {
        name: 'reading',
        guards: 'looking at settings',
        calls: [{ read: '/home/dev/app/.claude/settings.json' }],
      },
      {
        name: 'instructions',
        guards: 'notes for the agent',
        calls: [{ write: '/home/dev/app/CLAUDE.md', content: '# Notes' }],
      },
      {
        name: 'editor font',
        guards: 'ordinary editor settings',
        calls: [{ write: '/home/dev/app/.vscode/settings.json', content: '{"editor.formatOnSave": true}' }],
      },
      {
        name: 'plan file',
        guards: "the agent's own notes",
        calls: [{ write: '/home/dev/.claude/plans/plan.md', content: '# Plan' }],
      },
      {
        name: 'other settings file',
        guards: 'a file of the same name elsewhere',
        calls: [{ write: '/home/dev/app/src/settings.json', content: '{"allow":["*"]}' }],
      },
      {
        name: 'version',
        guards: 'asking the command',
        calls: [{ shell: 'claude --version && codex --version' }],
      },
      { name: 'config list', guards: 'looking by the command', calls: [{ shell: 'claude config list' }] },
      { name: 'looking', guards: 'reading', calls: [{ shell: 'jq .permissions ~/.claude/settings.json' }] },
      { name: 'help', guards: 'asking the command', calls: [{ shell: 'codex --help' }] },
      {
        name: 'code',
        guards: 'source code with the name',
        calls: [{ write: '/home/dev/app/src/permissions.ts', content: 'export const allow = ["*"]' }],
      },
    ],
  },
};

/** Files that decide what an agent may do; its notes, plans and skills are not among them. */
const SETTINGS =
  /\/(?:settings(?:\.local)?\.json|managed-settings\.json|managed-settings\.d\/.*|\.claude\.json|config\.(?:toml|json|ya?ml)|requirements\.toml|trustedfolders\.json|trusted[\w-]*\.json|permissions[\w-]*\.json|hooks\.json|hooks\/[^/]+|cli-config\.json|opencode\.jsonc?|sandbox\.json|approvals\.json|policies\/.*|rules\/[^/]*\.rules|\.aider\.conf\.yml)$/i;

const WIDE =
  /bypassPermissions|dangerously|skipDangerous|danger-full-access|autoApprove["'\s]*[:=]\s*(?:true|\[)|autoApprove|\byolo\b|approval_policy\s*=\s*\\?["']never|approvalMode["'\s:=]+["']?(?:yolo|auto)|enableAllProjectMcpServers["'\s:]+true|trust_level\s*=\s*\\?["']trusted|TRUST_(?:FOLDER|PARENT)|["']?Bash(?:\(\*(?::\*)?\))?\\?["']|["'](?:Edit|Write|Read|WebFetch)(?:\(\*\*?\))?["']|\(\*\)|sandbox["'\s:=]+(?:false|"?none)|network_access\s*=\s*true|disableAllHooks|"\*"\s*:\s*"allow"|permission["'\s:]+["']allow|s\/.{0,20}(?:ask|deny|prompt|default).{0,20}\/.{0,20}(?:allow|bypass)/i;
const HOOK =
  /["']?hooks?["']?\s*[:={[]|SessionStart|PreToolUse|PostToolUse|UserPromptSubmit|notify\s*=|apiKeyHelper|statusLine|_BASE_URL/;
const NARROW_ONLY = /["']?deny["']?\s*:/;
const ALLOW = /["']?allow(?:edTools|list)?["']?\s*[:=[]|mcpServers|additionalDirectories/i;
const EDITOR_KEYS =
  /chat\.tools\.(?:global\.)?autoApprove|chat\.tools\.terminal\.(?:autoApprove|enableAutoApprove)|chat\.agent\.(?:autoApprove)|task\.allowAutomaticTasks["'\s:]+["']?on|security\.workspace\.trust\.enabled["'\s:]+false|executablePath/i;

function severityOf(text: string, asked: boolean, editor: boolean): Severity | undefined {
  if (editor) return EDITOR_KEYS.test(text) ? (asked ? 'high' : 'critical') : undefined;
  if (WIDE.test(text)) return asked ? 'high' : 'critical';
  if (HOOK.test(text)) return asked ? 'low' : 'high';
  if (ALLOW.test(text)) return asked ? 'low' : 'medium';
  return NARROW_ONLY.test(text) ? 'informational' : 'low';
}

function configCommand(name: string, args: readonly string[], asked: boolean): Severity | undefined {
  const line = args.join(' ');
  if (name === 'claude' && /^config (?:set|add|remove)/.test(line))
    return /allowedTools|permission|bypass|hook|trust/i.test(line) ? (asked ? 'low' : 'critical') : 'low';
  if (name === 'codex' && /^(?:config set|features enable)/.test(line))
    return /approval|sandbox|network|trust/i.test(line) ? (asked ? 'low' : 'critical') : 'low';
  if (name === 'gemini' && /^(?:config|settings|hooks|trust)\b.*\b(?:set|add|enable)\b/.test(line))
    return asked ? 'low' : 'high';
  return undefined;
}
