import type { Severity } from '../contract/finding.ts';
import type { ShellAnalysis, ShellCommand } from '../contract/shell.ts';
import type { EventRule } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, feedersOf, operandsOf } from './shared/commands.ts';
import { isShell } from './shared/interpreters.ts';
import { excerptOf, onCall } from './shared/on-call.ts';

export const privElevation: EventRule = {
  on: 'event',
  id: 'priv.elevation',
  code: 'B-37',
  title: 'Agent took administrator rights',
  severity: 'medium',
  confidence: 'medium',
  why: 'With administrator rights a mistake or a hidden order reaches the whole computer, not only your project. A password in a command line is also readable by every program.',
  triage: 'See what was run with the rights, and whether the password is written in the log.',
  advice:
    'Run administrator commands yourself, or allow single ones. Change a password that was in a command line.',
  falsePositives: [
    'Single commands by sudo, such as installing packages (not reported).',
    'Elevation you asked for (reported as low).',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1548/003/',
    'https://attack.mitre.org/techniques/T1548/002/',
  ],
  taxonomies: { attack: ['T1548.003', 'T1548.002', 'T1548.004'], atlas: ['AML.T0105'], owasp: ['ASI03'] },
  bundles: ['ACC'],
  habit: ['lower'],
  trigger: {
    programs: [
      'sudo',
      'doas',
      'su',
      'pkexec',
      'runas',
      'gsudo',
      'psexec',
      'psexec64',
      'run0',
      'dzdo',
      'osascript',
      'start-process',
      'reg',
      'set-itemproperty',
      'new-item',
    ],
    signs: ['elevated'],
  },
  match: onCall((event, context) => {
    const { shell } = event;
    if (shell === undefined) return [];
    const text = event.input.command ?? '';
    const found = byPassword(text, shell) ?? byCommands(shell, text);
    if (found === undefined) return [];
    const [what, severity] = found;
    const asked = askedFor(context, ['sudo', 'root', 'admin', 'administrator', 'elevated', 'as root']);
    return [
      {
        subject: what,
        detail: `The agent used ${what}.`,
        severity: asked && severity === 'medium' ? 'low' : severity,
        excerpt: excerptOf(event),
      },
    ];
  }),
  examples: {
    hit: [
      { name: 'password by a pipe', calls: [{ shell: 'echo hunter2 | sudo -S apt-get update' }] },
      { name: 'password by a here-string', calls: [{ shell: 'sudo -S systemctl restart x <<< "$PW"' }] },
      { name: 'helper that answers', calls: [{ shell: 'SUDO_ASKPASS=/tmp/a.sh sudo -A id' }] },
      { name: 'root shell', calls: [{ shell: 'sudo -i' }] },
      { name: 'root shell by name', calls: [{ shell: 'sudo bash' }] },
      { name: 'su', calls: [{ shell: 'sudo su -' }] },
      { name: 'script as root from a temporary folder', calls: [{ shell: 'sudo bash /tmp/fix.sh' }] },
      { name: 'polkit shell', calls: [{ shell: 'pkexec /bin/sh' }] },
      {
        name: 'macOS dialog',
        calls: [{ shell: `osascript -e 'do shell script "id" with administrator privileges'` }],
      },
      {
        name: 'Windows',
        platform: 'win32',
        calls: [{ shell: 'Start-Process powershell -Verb RunAs', dialect: 'powershell' }],
      },
      {
        name: 'around the Windows question',
        platform: 'win32',
        calls: [
          {
            shell: 'reg add HKCU\\Software\\Classes\\ms-settings\\shell\\open\\command /d cmd.exe /f',
            dialect: 'cmd',
          },
        ],
      },
    ],
    miss: [
      {
        name: 'packages',
        guards: 'installing',
        calls: [{ shell: 'sudo apt-get update && sudo apt-get install -y jq' }],
      },
      { name: 'service', guards: 'single commands', calls: [{ shell: 'sudo systemctl restart nginx' }] },
      {
        name: 'owner of a folder',
        guards: 'single commands',
        calls: [{ shell: 'sudo chown -R "$USER" node_modules' }],
      },
      {
        name: 'database account',
        guards: 'another account than root',
        calls: [{ shell: 'sudo -u postgres psql -c "select 1"' }],
      },
      {
        name: 'shell of an account',
        guards: 'another account than root',
        calls: [{ shell: 'sudo su - postgres -c "createdb app"' }],
      },
      { name: 'may I', guards: 'looking', calls: [{ shell: 'sudo -n true && sudo -l' }] },
      {
        name: 'in a container',
        guards: 'root of a container',
        calls: [{ shell: 'docker exec -u 0 web sudo -i' }],
      },
      {
        name: 'key of a repository',
        guards: 'setting up a package source',
        calls: [
          {
            shell:
              'curl -fsSL https://download.docker.com/linux/ubuntu/gpg | sudo gpg --dearmor -o /etc/apt/keyrings/docker.gpg',
          },
        ],
      },
      {
        name: 'script of the project',
        guards: 'set-up scripts',
        calls: [{ shell: 'sudo bash scripts/setup.sh' }],
      },
    ],
  },
};

type Gain = readonly [what: string, severity: Severity];

/** A password in the line: `echo … | sudo -S`, `sudo -S <<< …`, an answering helper. */
function byPassword(text: string, shell: ShellAnalysis): Gain | undefined {
  if (/\bSUDO_ASKPASS=/.test(text)) return ['a password given by a helper', 'high'];
  if (!/\b(?:sudo|doas|su)\b/.test(text)) return undefined;
  const asks = /\bsudo\s+(?:-\w+\s+){0,4}(?:-[A-Za-z]*S\b|--stdin)/.test(text);
  if (!asks) return undefined;
  return /<<<|<<\s*\w|\b(?:echo|printf|cat|yes)\b[^|\n]{0,300}\|\s*sudo/.test(text) ||
    shell.commands.some((command) => command.elevated && feedersOf(shell, command).length > 0)
    ? ['a password in the command line', 'high']
    : undefined;
}

function byCommands(shell: ShellAnalysis, text: string): Gain | undefined {
  for (const command of shell.commands) {
    if (command.elsewhere) continue;
    const gain = gainOf(command, text);
    if (gain !== undefined) return gain;
  }
  return undefined;
}

function gainOf(command: ShellCommand, text: string): Gain | undefined {
  const name = canonicalName(command.program);
  const { args } = command;
  const line = args.join(' ');
  switch (name) {
    case 'sudo':
    case 'doas':
    case 'run0':
    case 'dzdo':
    case 'gsudo':
      return /(?:^|\s)(?:-i|-s|--login|--shell)(?:\s|$)/.test(line) &&
        !/(?:^|\s)(?:-u|--user)[\s=]?(?!root\b)\w/.test(line) &&
        operandsOf(args, ['-u']).length === 0
        ? ['a shell as root', 'medium']
        : undefined;
    case 'su': {
      const user = operandsOf(args, ['-c', '--command', '-s']).find((word) => word !== '-');
      return (user === undefined || user === 'root') && !args.includes('--version')
        ? ['a shell as root', 'medium']
        : undefined;
    }
    case 'pkexec':
      return /^(?:\/\S*\/)?(?:ba|z|da)?sh\b/.test(line) ? ['a shell as root', 'high'] : undefined;
    case 'osascript':
      return /with administrator privileges/i.test(`${line} ${command.code ?? ''} ${text}`)
        ? ['administrator rights by a dialog', 'high']
        : undefined;
    case 'runas':
    case 'psexec':
    case 'psexec64':
      return /\/user:\S{0,100}admin|-s\b/i.test(line)
        ? ['another account with administrator rights', 'high']
        : undefined;
    case 'start-process':
      return /-verb:?\s*["']?runas/i.test(line) ? ['administrator rights by a dialog', 'medium'] : undefined;
    case 'reg':
    case 'set-itemproperty':
    case 'new-item':
      return /(?:ms-settings|mscfile|exefile)\\shell\\open\\command|\\Environment\b.{0,200}windir/i.test(line)
        ? ['a way around the question for rights', 'high']
        : undefined;
    default:
      return command.elevated && isShell(command.program) && isOpenShell(command)
        ? ['a shell as root', 'medium']
        : undefined;
  }
}

/** A root shell without a script, or with one from a place everybody can write. */
function isOpenShell(command: ShellCommand): boolean {
  if (command.args.some((word) => /^-\w*c$/.test(word))) return false;
  const script = command.args.find((word) => !word.startsWith('-'));
  if (script === undefined)
    return (
      command.stage === 0 &&
      command.stdinText === undefined &&
      !command.redirects.some((r) => r.operator.startsWith('<'))
    );
  return /^\/(?:tmp|var\/tmp|dev\/shm)\//.test(script);
}
