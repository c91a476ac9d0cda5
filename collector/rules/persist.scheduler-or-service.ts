import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match, SessionContext } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, describeCommand, feedersOf, subcommandOf } from './shared/commands.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import { classedUses } from './shared/secrets-read.ts';
import { writtenText } from './shared/written-text.ts';

const WORDS = [
  'cron',
  'crontab',
  'schedule',
  'scheduled',
  'nightly',
  'daily',
  'hourly',
  'timer',
  'systemd',
  'service',
  'daemon',
  'launchd',
  'launchagent',
  'launch agent',
  'autostart',
  'startup',
  'on boot',
  'at login',
  'pm2',
  'background',
];

export const persistSchedulerOrService: EventRule = {
  on: 'event',
  id: 'persist.scheduler-or-service',
  code: 'B-25',
  title: 'Program set up to run by itself later',
  severity: 'high',
  confidence: 'medium',
  why: 'The agent registered something that starts on its own: at a time, at login or as a service. It goes on after the session, out of your sight.',
  triage: 'See what is started and whether you asked for it.',
  advice: 'Remove the entry if you did not ask for it, and look at the program it starts.',
  falsePositives: [
    'Setting up a service you asked for (reported as low).',
    'Switching on a database or container service of the system (reported as low).',
    'A service of your own account, started by no hidden or temporary file (reported as medium).',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1053/003/',
    'https://attack.mitre.org/techniques/T1543/',
  ],
  taxonomies: {
    attack: ['T1053.003', 'T1543.001', 'T1543.002', 'T1053.005', 'T1547.001'],
    atlas: ['AML.T0081'],
    owasp: ['ASI10'],
  },
  bundles: ['CHG', 'MAL'],
  trigger: {
    writes: ['scheduler'],
    programs: [
      'crontab',
      'at',
      'batch',
      'systemctl enable',
      'systemctl link',
      'systemd-run',
      'defaults write',
      'loginctl enable-linger',
      'update-rc.d',
      'chkconfig',
      'launchctl',
      'schtasks',
      'register-scheduledtask',
      'register-scheduledjob',
      'new-service',
      'sc',
      'set-content',
      'reg',
      'set-itemproperty',
      'new-itemproperty',
      'pm2 startup',
      'osascript',
    ],
  },
  match: onCall((event, context) => {
    const matches: Match[] = [];
    const asked = askedFor(context, WORDS);
    // `printf '…ExecStart=/tmp/.x…' > u.service && systemctl --user enable u`: one line, one weight.
    const hidden = startsHidden(event.input.command ?? '');
    for (const use of classedUses(event, context)) {
      if ((use.how !== 'write' && use.how !== 'append') || use.class !== 'scheduler') continue;
      matches.push({
        subject: use.path,
        detail: `The agent wrote ${use.path}, which starts a program by itself.`,
        ...weight(asked, isUserUnit(use.path) && !startsHidden(writtenText(event, use.command))),
        excerpt: excerptOf(event),
      });
    }
    for (const command of event.shell?.commands ?? []) {
      if (command.elsewhere) continue;
      const what = registers(
        command,
        () => (event.shell === undefined ? [] : feedersOf(event.shell, command)),
        context,
      );
      if (what === undefined) continue;
      matches.push({
        subject: what,
        detail: `The agent ran "${describeCommand(command).slice(0, 80)}".`,
        ...weight(asked || KNOWN_SERVICE.test(what), ofUser(command) && !hidden),
        excerpt: describeCommand(command),
      });
    }
    return matches;
  }),
  examples: {
    hit: [
      {
        name: 'crontab from a pipe',
        calls: [{ shell: '(crontab -l; echo "*/5 * * * * /tmp/u.sh") | crontab -' }],
      },
      { name: 'cron file', calls: [{ shell: "echo '* * * * * root /opt/u' | sudo tee /etc/cron.d/update" }] },
      {
        name: 'LaunchAgent by the write tool',
        platform: 'darwin',
        calls: [{ write: '/Users/dev/Library/LaunchAgents/com.example.update.plist', content: '<plist/>' }],
      },
      { name: 'user service', calls: [{ shell: 'systemctl --user enable --now gh-token-monitor.service' }] },
      { name: 'at', calls: [{ shell: 'echo "sh /tmp/x" | at now + 1 hour' }] },
      {
        name: 'scheduled task',
        platform: 'win32',
        calls: [{ shell: 'schtasks /create /tn Updater /tr C:\\Temp\\u.exe /sc onlogon', dialect: 'cmd' }],
      },
      {
        name: 'run key',
        platform: 'win32',
        calls: [
          {
            shell: 'reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v U /d C:\\Temp\\u.exe',
            dialect: 'cmd',
          },
        ],
      },
      {
        name: 'launchctl',
        platform: 'darwin',
        calls: [{ shell: 'launchctl load -w ~/Library/LaunchAgents/com.example.update.plist' }],
      },
      { name: 'pm2', calls: [{ shell: 'pm2 startup systemd' }] },
      { name: 'here-document into crontab', calls: [{ shell: "crontab - <<'EOF'\n* * * * * /tmp/x\nEOF" }] },
      {
        name: 'nested shell',
        calls: [{ shell: 'sudo bash -c \'echo "* * * * * root /tmp/x" > /etc/cron.d/x\'' }],
      },
      { name: 'at', calls: [{ shell: 'echo /tmp/x | at now + 1 hour' }] },
      {
        name: 'cmd',
        platform: 'win32',
        calls: [{ shell: 'schtasks /create /sc minute /tn x /tr C:\\x.exe', dialect: 'cmd' }],
      },
    ],
    miss: [
      { name: 'listing', guards: 'reading the table', calls: [{ shell: 'crontab -l' }] },
      {
        name: 'restart',
        guards: 'handling a running service',
        calls: [{ shell: 'sudo systemctl restart nginx' }],
      },
      {
        name: 'dev services',
        guards: 'package manager services',
        calls: [{ shell: 'brew services restart postgresql@16' }],
      },
      {
        name: 'unit file in the project',
        guards: 'files kept in a repository',
        calls: [{ write: '/home/dev/app/deploy/app.service', content: '[Unit]' }],
      },
      {
        name: 'kubernetes job',
        guards: 'schedules elsewhere',
        calls: [{ shell: 'kubectl create cronjob a --image=busybox --schedule="*/1 * * * *" -- date' }],
      },
      { name: 'status', guards: 'looking at timers', calls: [{ shell: 'systemctl list-timers --all' }] },
      {
        name: 'container',
        guards: 'cron elsewhere',
        calls: [{ shell: 'docker exec web crontab /etc/app.cron' }],
      },
      { name: 'listing', guards: 'looking', calls: [{ shell: 'crontab -l | grep backup' }] },
      { name: 'timers', guards: 'looking', calls: [{ shell: 'systemctl list-timers' }] },
      {
        name: 'unit of the project',
        guards: 'a file of the project',
        calls: [{ write: '/home/dev/app/deploy/app.service', content: '[Service]' }],
      },
    ],
  },
};

/** What a service of one's own account may do, its person may do anyway: worth a look, not an alarm. */
function weight(usual: boolean, own: boolean): { readonly severity?: Severity } {
  if (usual) return { severity: 'low' };
  return own ? { severity: 'medium' } : {};
}

/** A unit of the account's own systemd; a timer wakes as cron does, and stays what it is. */
function isUserUnit(path: string): boolean {
  return /\/systemd\/user\/[^/]+\.(?:service|socket|path|target)$/.test(path);
}

function ofUser({ program, args, elevated }: ShellCommand): boolean {
  return (
    !elevated &&
    canonicalName(program) === 'systemctl' &&
    args.includes('--user') &&
    !args.some((word) => word.endsWith('.timer'))
  );
}

/** Starts something hidden or temporary, code in the line itself, or what it fetches first. A unit is a few lines. */
function startsHidden(text: string): boolean {
  return text
    .slice(0, MAX_UNIT)
    .split(/\n|\\n/)
    .some((line) => line.includes('Exec') && HIDDEN_START.test(line.slice(line.indexOf('Exec'))));
}

const MAX_UNIT = 16_384;
const HIDDEN_START =
  /^Exec\w{0,12}=.*(?:\/(?:var\/)?tmp\/|\/dev\/shm\/|\/\.(?!local\/|cargo\/|nvm\/|pyenv\/|bun\/|deno\/|asdf\/)|\bcurl\b|\bwget\b|\bnc\b|base64|\/dev\/tcp|\s-[ce]\s)/;

const KNOWN_SERVICE =
  /\b(?:docker|containerd|postgresql\S*|mysqld?|mariadb|redis\S*|nginx|apache2|httpd|ssh|sshd|mongod|rabbitmq\S*|elasticsearch|k3s|podman\S*|avahi-daemon|bluetooth|cups|tailscaled)(?:\.service|\.socket)?\b/;

function registers(
  command: ShellCommand,
  feeders: () => readonly ShellCommand[],
  context: SessionContext,
): string | undefined {
  const name = canonicalName(command.program);
  const line = command.args.join(' ');
  switch (name) {
    case 'crontab':
      if (/^-[leir]\b|-l\b|-r\b/.test(line)) return undefined;
      return line === '' && feeders().length === 0 && command.stdinText === undefined ? undefined : 'crontab';
    case 'at':
    case 'batch':
      return /^-[lcdr]/.test(line) || (line === '' && name === 'at') ? undefined : name;
    case 'systemctl': {
      const words = command.args.filter((word) => !word.startsWith('-'));
      return words[0] === 'enable' || words[0] === 'link' ? `service ${words[1] ?? ''}` : undefined;
    }
    case 'systemd-run':
      return /--on-|--timer/.test(line) ? 'systemd timer' : undefined;
    case 'loginctl':
      return line.startsWith('enable-linger') ? 'services without login' : undefined;
    case 'update-rc.d':
    case 'chkconfig':
      return /\b(?:defaults|enable|on)\b/.test(line) ? `service ${command.args[0] ?? ''}` : undefined;
    case 'launchctl':
      return /^(?:load|bootstrap|enable|submit)\b/.test(line)
        ? `launchd ${command.args.at(-1)?.replace(context.home, '~') ?? ''}`
        : undefined;
    case 'schtasks':
      return /[/-]create/i.test(line) ? 'scheduled task' : undefined;
    case 'register-scheduledtask':
    case 'register-scheduledjob':
      return 'scheduled task';
    case 'new-service':
      return 'Windows service';
    case 'sc':
    case 'sc.exe':
    case 'set-content':
      return /^create\b.*\bbinpath/i.test(line) || (name !== 'set-content' && /^create\b/i.test(line))
        ? 'Windows service'
        : undefined;
    case 'reg':
      return /^add\b/i.test(line) && RUN_KEY.test(line) ? 'Run key' : undefined;
    case 'set-itemproperty':
    case 'new-itemproperty':
      return RUN_KEY.test(line) ? 'Run key' : undefined;
    case 'pm2':
      return subcommandOf(command).verb === 'startup' ? 'pm2 startup' : undefined;
    case 'defaults':
      return /\b(?:Login|Logout)Hook\b/.test(line) && /^write\b/.test(line) ? 'login hook' : undefined;
    case 'osascript':
      return /make (?:new )?login item/i.test(line) ? 'login item' : undefined;
    default:
      return undefined;
  }
}

const RUN_KEY = /CurrentVersion\\(?:Run|RunOnce|Policies\\Explorer\\Run|Winlogon)\b/i;
