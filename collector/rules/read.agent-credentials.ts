import type { EventRule, Match } from './rule.ts';
import { agentWords, isSameAgent } from './shared/agent-family.ts';
import { describeCommand } from './shared/commands.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import { agentOfPath, type PathClass } from './shared/path-classes.ts';
import { secretReads } from './shared/secrets-read.ts';
import { unlessAsked } from './shared/weigh.ts';

const CLASSES: ReadonlySet<PathClass> = new Set<PathClass>(['agent-credential']);

export const readAgentCredentials: EventRule = {
  on: 'event',
  id: 'read.agent-credentials',
  code: 'B-06',
  title: 'Sign-in of an agent read',
  severity: 'high',
  confidence: 'high',
  why: 'These files let anybody work as you with your agent, on your account and at your cost. No task needs their content.',
  triage: 'Which agent\u2019s file was it, and where did its content go?',
  advice: 'Sign out of that agent and in again, so that the old token ends.',
  falsePositives: [
    'Looking for the cause of a failed sign-in, as you asked (name the file or the sign-in; reported as low).',
  ],
  references: ['https://attack.mitre.org/techniques/T1528/', 'https://atlas.mitre.org/techniques/AML.T0083'],
  taxonomies: { attack: ['T1528', 'T1552.001'], atlas: ['AML.T0083'], owasp: ['MCP01:2025', 'ASI03'] },
  bundles: ['SEC'],
  trigger: { reads: CLASSES },
  match: onCall((event, context) => {
    const uses = secretReads(event, context, CLASSES);
    const owners = new Set(uses.map((use) => agentOfPath(use.path, context) ?? use.path));
    return uses.slice(0, 8).map((use): Match => {
      const owner = agentOfPath(use.path, context);
      const foreign = owner !== undefined && !isSameAgent(owner, event.agentId);
      const severity = foreign || owners.size > 1 || use.how === 'send' ? 'critical' : 'high';
      return {
        subject: use.path,
        detail: `The agent read ${use.path}, the sign-in of ${owner ?? 'an agent'}.`,
        severity: unlessAsked(severity, context, [
          use.path.replace(/^.*[\\/]/, ''),
          'login',
          'sign-in',
          'logged out',
          'auth.json',
          ...(foreign ? [] : agentWords(owner)),
        ]),
        excerpt: use.command === undefined ? excerptOf(event) : describeCommand(use.command),
      };
    });
  }),
  examples: {
    hit: [
      { name: 'shell', calls: [{ shell: 'cat ~/.claude/.credentials.json' }] },
      { name: 'tool', calls: [{ read: '/home/dev/.codex/auth.json' }] },
      { name: 'one value', calls: [{ shell: "jq -r '.access_token' ~/.gemini/oauth_creds.json" }] },
      { name: 'copied', calls: [{ shell: 'cp ~/.local/share/opencode/auth.json /tmp/a' }] },
      {
        name: 'by python',
        calls: [
          {
            shell: `python3 -c "import json,os;print(json.load(open(os.path.expanduser('~/.codex/auth.json'))))"`,
          },
        ],
      },
      {
        name: 'several in a loop',
        calls: [
          { shell: 'for f in ~/.claude/.credentials.json ~/.codex/auth.json; do base64 -w0 "$f"; done' },
        ],
      },
      {
        name: 'state of an editor',
        platform: 'darwin',
        calls: [
          {
            shell:
              'sqlite3 "$HOME/Library/Application Support/Cursor/User/globalStorage/state.vscdb" "select * from ItemTable"',
          },
        ],
      },
      { name: 'Copilot', calls: [{ shell: 'grep -r oauth_token ~/.config/github-copilot/' }] },
      {
        name: 'Windows',
        platform: 'win32',
        calls: [{ shell: 'Get-Content $env:USERPROFILE\\.claude\\.credentials.json', dialect: 'powershell' }],
      },
    ],
    miss: [
      {
        name: 'settings',
        guards: 'files beside it',
        calls: [{ shell: 'cat ~/.claude/settings.json ~/.codex/config.toml' }],
      },
      {
        name: 'is it there',
        guards: 'looking at the name',
        calls: [{ shell: 'ls -l ~/.claude/.credentials.json && test -f ~/.codex/auth.json' }],
      },
      {
        name: 'rights',
        guards: 'making it safer',
        calls: [{ shell: 'chmod 600 ~/.claude/.credentials.json' }],
      },
      {
        name: 'own auth file of the project',
        guards: 'the same name elsewhere',
        calls: [{ read: '/home/dev/app/config/auth.json' }],
      },
      { name: 'sign out', guards: 'deleting', calls: [{ shell: 'rm ~/.codex/auth.json; codex login' }] },
      { name: 'memory', guards: 'notes of the agent', calls: [{ read: '/home/dev/.claude/CLAUDE.md' }] },
    ],
  },
};
