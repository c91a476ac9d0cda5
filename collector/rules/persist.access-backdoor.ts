import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, describeCommand, hasFlag, operandsOf } from './shared/commands.ts';
import { isLocalHost, parseUrl } from './shared/hosts.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import type { PathClass } from './shared/path-classes.ts';
import { classedUses } from './shared/secrets-read.ts';

const CLASSES: ReadonlySet<PathClass> = new Set(['authorized-keys', 'sshd-config', 'sudoers', 'root-ca']);

export const persistAccessBackdoor: EventRule = {
  on: 'event',
  id: 'persist.access-backdoor',
  code: 'B-26',
  title: 'New way into this computer or account',
  severity: 'critical',
  confidence: 'high',
  why: 'The change lets somebody in later: a login key, an administrator, a trusted certificate, or code that every repository will run.',
  triage: 'See whose key, account or program was added and whether you asked for it.',
  advice: 'Remove the entry, and tell your security team if you did not ask for it.',
  falsePositives: ['Setting up a new machine on your request (reported as low when the request names it).'],
  references: [
    'https://attack.mitre.org/techniques/T1098/004/',
    'https://attack.mitre.org/techniques/T1548/003/',
  ],
  taxonomies: {
    attack: ['T1098.004', 'T1136', 'T1548.003', 'T1546'],
    atlas: ['AML.T0112'],
    owasp: ['ASI03'],
  },
  bundles: ['ACC', 'CHG'],
  trigger: {
    writes: CLASSES,
    programs: [
      'useradd',
      'adduser',
      'usermod',
      'gpasswd',
      'dscl',
      'sysadminctl',
      'net',
      'new-localuser',
      'add-localgroupmember',
      'chmod',
      'git config',
      'git -c',
      'security',
      'update-ca-certificates',
      'update-ca-trust',
      'trust',
      'certutil',
      'import-certificate',
      'mkcert',
      'truncate',
      'chown',
      'passwd',
      'chpasswd',
      'visudo',
      'ssh-copy-id',
      'setcap',
    ],
  },
  match: onCall((event, context) => {
    const matches: Match[] = [];
    for (const use of classedUses(event, context)) {
      if (use.how !== 'write' && use.how !== 'append') continue;
      const named = use.class;
      if (!CLASSES.has(named)) continue;
      const asked = askedFor(context, [
        'authorized_keys',
        'ssh key',
        'public key',
        'sshd',
        'sudoers',
        'nopasswd',
        'certificate',
        'ca',
      ]);
      matches.push({
        subject: use.path,
        detail: `The agent changed ${use.path}.`,
        severity: asked ? 'low' : 'critical',
        excerpt: excerptOf(event),
      });
    }
    for (const command of event.shell?.commands ?? []) {
      if (command.elsewhere) continue;
      const door = opensDoor(command);
      if (door === undefined) continue;
      const [what, severity, words] = door;
      matches.push({
        subject: what,
        detail: `The agent set up ${what}.`,
        severity: askedFor(context, words) ? 'low' : severity,
        excerpt: describeCommand(command),
      });
    }
    return matches;
  }),
  examples: {
    hit: [
      {
        name: 'login key',
        calls: [{ shell: 'echo "ssh-ed25519 AAAAC3 x@example.net" >> ~/.ssh/authorized_keys' }],
      },
      {
        name: 'login key by tee',
        calls: [{ shell: 'cat /tmp/k.pub | sudo tee -a /root/.ssh/authorized_keys' }],
      },
      {
        name: 'write tool',
        calls: [{ write: '/home/dev/.ssh/authorized_keys', content: 'ssh-ed25519 AAAAC3 x@example.net' }],
      },
      {
        name: 'sudo without password',
        calls: [{ shell: `sudo sh -c 'echo "dev ALL=(ALL) NOPASSWD:ALL" > /etc/sudoers.d/dev'` }],
      },
      { name: 'new administrator', calls: [{ shell: 'sudo useradd -m -G sudo support' }] },
      {
        name: 'git hooks of all repositories',
        calls: [{ shell: 'git config --global core.hooksPath /tmp/.hooks' }],
      },
      { name: 'git template', calls: [{ shell: 'git config --global init.templateDir ~/.git-templates' }] },
      { name: 'set-uid shell', calls: [{ shell: 'cp /bin/bash /tmp/b && chmod 4755 /tmp/b' }] },
      {
        name: 'trusted certificate',
        platform: 'darwin',
        calls: [
          {
            shell:
              'sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ca.pem',
          },
        ],
      },
      {
        name: 'windows user',
        platform: 'win32',
        calls: [{ shell: 'net user support P@ss /add', dialect: 'cmd' }],
      },
      { name: 'tee', calls: [{ shell: 'echo "ssh-ed25519 AAAA x" | tee -a ~/.ssh/authorized_keys' }] },
      {
        name: 'sudoers',
        calls: [{ shell: "echo 'dev ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/dev" }],
      },
      { name: 'setuid', calls: [{ shell: 'sudo chmod u+s /tmp/sh' }] },
      { name: 'cmd', platform: 'win32', calls: [{ shell: 'net user helper P1 /add', dialect: 'cmd' }] },
    ],
    miss: [
      { name: 'reading', guards: 'looking at the list', calls: [{ shell: 'cat ~/.ssh/authorized_keys' }] },
      {
        name: 'hooks of this repository',
        guards: 'husky and the like',
        calls: [{ shell: 'git config core.hooksPath .husky' }],
      },
      {
        name: 'git name',
        guards: 'ordinary settings',
        calls: [{ shell: 'git config --global user.email dev@example.com' }],
      },
      {
        name: 'container user',
        guards: 'users elsewhere',
        calls: [{ shell: 'docker exec web useradd app' }],
      },
      {
        name: 'database user',
        guards: 'users of a database',
        calls: [{ shell: "psql -c 'create user app'" }],
      },
      {
        name: 'plain modes',
        guards: 'making a script executable',
        calls: [{ shell: 'chmod 755 scripts/run.sh' }],
      },
      {
        name: 'ansible file',
        guards: 'code about keys',
        calls: [{ write: '/home/dev/infra/roles/ssh/tasks/main.yml', content: 'authorized_key:' }],
      },
      {
        name: 'key made',
        guards: 'making a key',
        calls: [{ shell: 'ssh-keygen -t ed25519 -f /tmp/k -N ""' }],
      },
      {
        name: 'modes',
        guards: 'ordinary modes',
        calls: [{ shell: 'chmod 755 scripts/run.sh && chmod g+w data' }],
      },
      {
        name: 'git name',
        guards: 'settings of git',
        calls: [{ shell: 'git config --global user.email dev@example.com' }],
      },
      { name: 'group listing', guards: 'looking', calls: [{ shell: 'id && groups' }] },
    ],
  },
};

type Door = readonly [what: string, severity: Severity, words: readonly string[]];

/** Git settings that run a program in every repository of the account. */
const GIT_RUNS =
  /^(?:core\.(?:hookspath|fsmonitor|sshcommand|editor|pager)|init\.templatedir|include\.path|includeif\.|filter\..*\.(?:clean|smudge|process)|credential\.helper|alias\.)/i;

const ACCOUNT_FILE = /^\/etc\/(?:passwd|shadow|group|gshadow)-?$/;

/** Commands that open the lists of accounts to everybody, or empty them. */
function writesAccounts(command: ShellCommand, name: string): boolean {
  if (command.elsewhere) return false;
  if (!command.args.some((word) => ACCOUNT_FILE.test(word))) return false;
  switch (name) {
    case 'truncate':
    case 'chown':
      return true;
    case 'chmod':
      return command.args.some((word) => /^[0-7]?[0-7]{2}[2367]$|[ao]\+\w*[rw]/.test(word));
    default:
      return false;
  }
}

function opensDoor(command: ShellCommand): Door | undefined {
  const name = canonicalName(command.program);
  const line = command.args.join(' ');
  if (writesAccounts(command, name))
    return ['the list of accounts', 'critical', ['passwd', 'account', 'user']];
  const words = operandsOf(command.args, ['-m', '-s', '-u', '-g', '-G', '-d', '-c', '-p']);
  switch (name) {
    case 'useradd':
    case 'adduser':
      return [`the account ${words.at(-1) ?? ''}`, 'critical', ['user', 'account']];
    case 'usermod':
    case 'gpasswd':
      return /\b(?:sudo|wheel|admin|root)\b/.test(line)
        ? ['an administrator', 'critical', ['sudo', 'wheel', 'admin']]
        : undefined;
    case 'passwd':
      return /(?:^|\s)(?:-d|--delete|-u|--unlock)(?:\s|$)/.test(line) || /\broot\b/.test(line)
        ? ['a password of an account', 'critical', ['password', 'passwd']]
        : undefined;
    case 'chpasswd':
      return ['a password of an account', 'critical', ['password', 'passwd', 'user']];
    case 'visudo':
      return /\btee\b|\bsed\b|cat/.test(
        `${command.assignments['EDITOR'] ?? ''} ${command.assignments['VISUAL'] ?? ''}`,
      )
        ? ['the rules of sudo', 'critical', ['sudo', 'sudoers']]
        : undefined;
    case 'ssh-copy-id':
      return /(?:^|[\s@])(?:localhost|127\.0\.0\.1)\b/.test(line)
        ? ['a login key of this machine', 'critical', ['ssh-copy-id', 'authorized']]
        : undefined;
    case 'setcap':
      return /cap_(?:setuid|setgid|sys_admin|dac_override|dac_read_search|sys_ptrace)/.test(line)
        ? ['a program with rights of root', 'high', ['setcap', 'capabilities']]
        : undefined;
    case 'dscl':
    case 'sysadminctl':
      return /-create \/users|-addUser/i.test(line)
        ? ['an account', 'critical', ['user', 'account']]
        : undefined;
    case 'net':
      return /^(?:user|localgroup)\b.*\/add\b/i.test(line)
        ? ['an account', 'critical', ['user', 'account']]
        : undefined;
    case 'new-localuser':
    case 'add-localgroupmember':
      return ['an account', 'critical', ['user', 'account']];
    case 'chmod':
      return /(?:^|\s)(?:[246]?[4-7]7[0-7]{2}|[ug]?\+s|u\+s)\s/.test(`${line} `) &&
        /(?:^|\s)(?:[4-7]\d{3}|\S*\+s)/.test(line) &&
        !/^\d{3}\s/.test(line) &&
        !/(?:^|\s)2\d{3}\s/.test(line)
        ? ['a program that runs as its owner', 'critical', ['setuid', 'suid']]
        : undefined;
    case 'git':
      return gitDoor(command);
    case 'security':
      return /^add-trusted-cert/.test(line)
        ? ['a trusted certificate', 'critical', ['certificate', 'cert', 'https', 'ca']]
        : undefined;
    case 'update-ca-certificates':
    case 'update-ca-trust':
      return ['a trusted certificate', 'high', ['certificate', 'cert', 'https', 'ca', 'tls', 'ssl']];
    case 'trust':
      return words[0] === 'anchor'
        ? ['a trusted certificate', 'high', ['certificate', 'cert', 'https', 'ca']]
        : undefined;
    case 'certutil':
      return /-addstore\s+(?:-f\s+)?["']?root/i.test(line)
        ? ['a trusted certificate', 'critical', ['certificate', 'cert', 'https', 'ca']]
        : undefined;
    case 'import-certificate':
      return /\\root\b/i.test(line)
        ? ['a trusted certificate', 'critical', ['certificate', 'cert', 'https', 'ca']]
        : undefined;
    case 'mkcert':
      return hasFlag(command.args, 'install')
        ? ['a local certificate authority', 'low', ['mkcert']]
        : undefined;
    default:
      return undefined;
  }
}

function gitDoor(command: ShellCommand): Door | undefined {
  const at = command.args.indexOf('config');
  if (at < 0 || !command.args.some((word) => word === '--global' || word === '--system')) return undefined;
  const [key = '', value] = operandsOf(command.args.slice(at + 1), ['-f', '--file', '--type']);
  const base = /^url\.(.{1,300})\.(?:push)?insteadof$/i.exec(key)?.[1];
  if (base !== undefined && value !== undefined) {
    const [to, from] = [parseUrl(base)?.host, parseUrl(value)?.host];
    return to !== undefined && from !== undefined && to !== from && !isLocalHost(to)
      ? [`git addresses of ${from} led to ${to}`, 'high', ['insteadof', 'mirror', to]]
      : undefined;
  }
  if (/^https?\.(?:.+\.)?(?:proxy|sslverify)$/i.test(key) && value !== undefined) {
    const host = parseUrl(value.includes('://') ? value : `http://${value}`)?.host;
    if (/sslverify$/i.test(key))
      return /^(?:false|0|no|off)$/i.test(value)
        ? ['git without a check of certificates', 'medium', ['ssl', 'certificate']]
        : undefined;
    return host === undefined || isLocalHost(host)
      ? undefined
      : [`git by way of ${host}`, 'medium', ['proxy', host]];
  }
  if (value === undefined || !GIT_RUNS.test(key)) return undefined;
  if (/^core\.(?:editor|pager|sshcommand)$|^credential\.helper$|^alias\./i.test(key)) {
    return /^!|[;|$`]|\bcurl\b|\/tmp\/|\bProxyCommand\b|\bLocalCommand\b/i.test(value)
      ? [`git ${key} for all repositories`, 'high', ['git', key.toLowerCase()]]
      : undefined;
  }
  if (/^filter\.lfs\./i.test(key) || (/^core\.fsmonitor$/i.test(key) && /^(?:true|false)$/.test(value)))
    return undefined;
  return [`git ${key} for all repositories`, 'critical', [key.toLowerCase(), 'hooks', 'template']];
}
