import type { Severity } from '../contract/finding.ts';
import type { ToolCallEvent } from '../contract/event.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match, SessionContext } from './rule.ts';
import { canonicalName, describeCommand, findOption, hasFlag, operandsOf } from './shared/commands.ts';
import { isAgentRecord } from './shared/log-files.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import { locatePath } from './shared/path-classes.ts';
import { pathUses, type PathUse } from './shared/path-uses.ts';
import { resolvePath } from './shared/paths.ts';
import { variableRisk } from './shared/risky-variables.ts';
import { namedClass } from './shared/secrets-read.ts';
import { unlessAsked } from './shared/weigh.ts';

const WORDS = ['history', 'logs', 'log', 'sessions', 'session', 'transcript', 'transcripts', 'disk space'];

export const logTamper: EventRule = {
  on: 'event',
  id: 'log.tamper',
  code: 'B-48',
  title: 'Logs or histories removed',
  severity: 'high',
  confidence: 'medium',
  why: 'Logs and histories show what happened on this computer. Who removes them does not want it to be seen.',
  triage: 'See what the agent did just before. The stored events of this session are not touched by it.',
  advice:
    'Stop the session and look at its last calls. Restore the log from a backup if you need it as proof.',
  falsePositives: [
    'Freeing disk space or removing old sessions as you asked (reported as low).',
    'Logs of your own programs and of the project (not reported).',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1070/003/',
    'https://attack.mitre.org/techniques/T1070/002/',
  ],
  taxonomies: {
    attack: ['T1070.001', 'T1070.002', 'T1070.003', 'T1070.006'],
    atlas: ['AML.T0092'],
    owasp: ['MCP08:2025'],
  },
  bundles: ['MON', 'INC'],
  trigger: {
    writes: ['shell-history', 'agent-log', 'security-log'],
    signs: ['risky-variable'],
    programs: [
      'history',
      'unset HISTFILE',
      'set +o',
      'shopt',
      'journalctl',
      'wevtutil',
      'clear-eventlog',
      'remove-eventlog',
      'clear-history',
      'set-psreadlineoption',
      'remove-item',
      'auditctl',
      'auditpol',
      'fsutil',
      'touch -r',
      'touch --reference',
      'touch -t',
      'touch -d',
      'log erase',
    ],
  },
  match: onCall((event, context) => {
    const found: Match[] = [];
    for (const command of event.shell?.commands ?? []) {
      if (command.elsewhere) continue;
      const said = silenced(command, context);
      if (said !== undefined)
        found.push(finding(said[0], unlessAsked(said[1], context, WORDS), describeCommand(command)));
    }
    for (const use of pathUses(event, context)) {
      const said = erased(use, context);
      if (said !== undefined)
        found.push(finding(use.path, unlessAsked(said, context, WORDS), excerpt(use, event)));
    }
    return found.slice(0, 8);
  }),
  examples: {
    hit: [
      { name: 'history of the shell', calls: [{ shell: 'history -c && history -w' }] },
      { name: 'history file removed', calls: [{ shell: 'rm -f ~/.bash_history' }] },
      {
        name: 'history file emptied in a nested shell',
        calls: [{ shell: `bash -c 'cat /dev/null > ~/.zsh_history'` }],
      },
      { name: 'no history from now on', calls: [{ shell: 'unset HISTFILE; export HISTSIZE=0' }] },
      { name: 'history into nothing', calls: [{ shell: 'ln -sf /dev/null $HOME/.bash_history' }] },
      { name: 'login records', calls: [{ shell: 'sudo truncate -s 0 /var/log/auth.log /var/log/wtmp' }] },
      { name: 'one line of a log', calls: [{ shell: "sudo sed -i '/10.0.0.9/d' /var/log/auth.log" }] },
      { name: 'journal', calls: [{ shell: 'journalctl --rotate && journalctl --vacuum-time=1s' }] },
      { name: 'own transcript', calls: [{ shell: 'rm ~/.claude/projects/-home-dev-app/0f3.jsonl' }] },
      {
        name: 'own transcript rewritten',
        calls: [{ shell: "sed -i '/curl/d' ~/.codex/sessions/2026/11/22/rollout-1.jsonl" }],
      },
      { name: 'audit rules', calls: [{ shell: 'sudo auditctl -D' }] },
      { name: 'event log', platform: 'win32', calls: [{ shell: 'wevtutil cl Security', dialect: 'cmd' }] },
      {
        name: 'event log by PowerShell',
        platform: 'win32',
        calls: [{ shell: 'Clear-EventLog -LogName Security,System', dialect: 'powershell' }],
      },
      {
        name: 'PowerShell history',
        platform: 'win32',
        calls: [{ shell: 'Remove-Item (Get-PSReadlineOption).HistorySavePath', dialect: 'powershell' }],
      },
      { name: 'times of a planted file', calls: [{ shell: 'touch -r /bin/ls /usr/local/bin/updater' }] },
    ],
    miss: [
      {
        name: 'looking',
        guards: 'reading logs',
        calls: [{ shell: 'tail -n 50 ~/.bash_history; sudo grep sshd /var/log/auth.log; journalctl -u app' }],
      },
      {
        name: 'logs of the project',
        guards: 'own logs',
        calls: [{ shell: 'rm -rf logs/*.log && : > server.log' }],
      },
      {
        name: 'log of an own service',
        guards: 'application logs',
        calls: [{ shell: 'sudo truncate -s 0 /var/log/myapp/access.log' }],
      },
      {
        name: 'journal by age',
        guards: 'housekeeping',
        calls: [{ shell: 'sudo journalctl --vacuum-time=2weeks' }],
      },
      {
        name: 'other variables',
        guards: 'daily exports',
        calls: [{ shell: 'unset DEBUG; export NODE_ENV=test HISTSIZE=10000' }],
      },
      {
        name: 'notes the agent keeps',
        guards: 'memory of an agent',
        calls: [{ write: '/home/dev/.claude/projects/-home-dev-app/memory/MEMORY.md', content: '# Notes' }],
      },
      {
        name: 'touch in the project',
        guards: 'dates of own files',
        calls: [{ shell: 'touch -d "2 days ago" fixtures/old.txt && touch src/index.ts' }],
      },
      {
        name: 'files called history',
        guards: 'names in the project',
        calls: [{ shell: 'rm src/history.ts docs/history.md' }],
      },
      {
        name: 'git history',
        guards: 'another history',
        calls: [{ shell: 'git log --oneline | head && git stash clear' }],
      },
    ],
  },
};

function finding(subject: string, severity: Severity, excerpt: string): Match {
  return { subject, detail: `The agent removed or stopped a record: ${subject}.`, severity, excerpt };
}

function excerpt(use: PathUse, event: ToolCallEvent): string {
  return use.command === undefined ? excerptOf(event) : describeCommand(use.command);
}

/** What happens to a record by its path. Appending adds to a record; it takes nothing away. */
function erased(use: PathUse, context: SessionContext): Severity | undefined {
  if (use.how !== 'delete' && use.how !== 'write') return undefined;
  switch (namedClass(use.path, context)) {
    case 'shell-history':
      return 'high';
    case 'agent-log':
      return isAgentRecord(use.path, use.how) ? 'high' : undefined;
    case 'security-log':
      return 'high';
    default:
      return undefined;
  }
}

/** Commands that clear or stop a record without naming its file. */
function silenced(command: ShellCommand, context: SessionContext): readonly [string, Severity] | undefined {
  const name = canonicalName(command.program);
  const { args } = command;
  const line = args.join(' ');
  for (const [key, value] of Object.entries(command.assignments))
    if (variableRisk(key, value) === 'no-history') return ['history of the shell', 'high'];
  switch (name) {
    case 'history':
      return hasFlag(args, 'c', 'd') ? ['history of the shell', 'high'] : undefined;
    case 'unset':
      return args.includes('HISTFILE') ? ['history of the shell', 'high'] : undefined;
    case 'export':
      return args.some(stopsHistory) ? ['history of the shell', 'high'] : undefined;
    case 'set':
      return line === '+o history' ? ['history of the shell', 'high'] : undefined;
    case 'shopt':
      return /-\w{0,20}?u\w{0,20} history|-o -u history/.test(line)
        ? ['history of the shell', 'high']
        : undefined;
    case 'journalctl':
      return /--vacuum-(?:time=\d+(?:s|min|m)\b|size=\d{1,4}K?(?![\dMGT])|files=[01]\b)/.test(line)
        ? ['journal of the system', 'high']
        : undefined;
    case 'wevtutil':
      return /^(?:cl|clear-log)\b/i.test(line) ? [`event log ${args[1] ?? ''}`.trimEnd(), 'high'] : undefined;
    case 'clear-eventlog':
    case 'remove-eventlog':
      return ['event log', 'high'];
    case 'clear-history':
      return ['history of the shell', 'high'];
    case 'set-psreadlineoption':
      return /savenothing/i.test(line) ? ['history of the shell', 'high'] : undefined;
    case 'remove-item':
      return /historysavepath|consolehost_history/i.test(line) ? ['history of the shell', 'high'] : undefined;
    case 'auditctl':
      return hasFlag(args, 'D') || /-e 0\b/.test(line) ? ['audit rules', 'high'] : undefined;
    case 'auditpol':
      return /\/(?:clear|remove)|success:disable/i.test(line) ? ['audit policy', 'high'] : undefined;
    case 'fsutil':
      return /usn deletejournal/i.test(line) ? ['journal of the file system', 'high'] : undefined;
    case 'log':
      return args[0] === 'erase' ? ['log of the system', 'high'] : undefined;
    case 'touch':
      return backdated(command, context) ? ['times of system files', 'medium'] : undefined;
    default:
      return undefined;
  }
}

function stopsHistory(word: string): boolean {
  const at = word.indexOf('=');
  return at > 0 && variableRisk(word.slice(0, at), word.slice(at + 1)) === 'no-history';
}

/** A file of the system given another file's or an old time: how a planted one is made to look as if it had always been there. */
function backdated(command: ShellCommand, context: SessionContext): boolean {
  const time = findOption(command.args, ['-r', '--reference', '-t', '-d', '--date']);
  if (time === undefined) return false;
  return operandsOf(command.args, ['-r', '--reference', '-t', '-d', '--date']).some((word) => {
    const path = resolvePath(word, { ...context, cwd: command.cwd });
    return path !== undefined && locatePath(path, context) === 'system';
  });
}
