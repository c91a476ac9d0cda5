import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, childrenOf, describeCommand } from './shared/commands.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import { classedUses } from './shared/secrets-read.ts';
import { writtenText } from './shared/written-text.ts';

export const impairSecurityTool: EventRule = {
  on: 'event',
  id: 'impair.security-tool',
  code: 'B-23',
  title: 'Protection of this computer switched off',
  severity: 'critical',
  confidence: 'high',
  why: 'The agent stopped, removed or blinded a program that protects this computer. That is the first step of most attacks, and a task rarely needs it.',
  triage: 'See which protection, whether you asked for it, and what ran right after.',
  advice: 'Switch the protection on again and tell your security team.',
  falsePositives: [
    'Administration of machines where you asked for exactly this (reported as low when your request names it).',
  ],
  references: ['https://attack.mitre.org/techniques/T1685/', 'https://attack.mitre.org/techniques/T1686/'],
  taxonomies: { attack: ['T1685', 'T1686'], atlas: ['AML.T0107'], owasp: ['ASI10'] },
  bundles: ['MON', 'MAL'],
  trigger: {
    writes: ['hosts-file'],
    programs: [
      'kill',
      'rm',
      'remove-item',
      'shred',
      'uninstall-windowsfeature',
      'remove-windowsfeature',
      'disable-windowsoptionalfeature',
      'bcdedit',
      'wevtutil',
      'clear-eventlog',
      'remove-eventlog',
      'systemctl',
      'service',
      'rc-service',
      'launchctl',
      'pkill',
      'killall',
      'taskkill',
      'stop-process',
      'stop-service',
      'uninstall-package',
      'sc',
      'sc.exe',
      'set-content',
      'net',
      'net1',
      /^(?:apt|apt-get|dnf|yum|brew|pacman|zypper|choco|winget)$/,
      'setenforce',
      'spctl',
      'csrutil',
      'ufw',
      'socketfilterfw',
      'iptables',
      'ip6tables',
      'nft',
      'netsh',
      'set-netfirewallprofile',
      'set-mppreference',
      'add-mppreference',
      'auditctl',
      'fltmc',
      'aa-teardown',
      'aa-disable',
      'reeve',
      'mdatp',
      'reg',
    ],
  },
  match: onCall((event, context) => {
    const matches: Match[] = [];
    for (const command of event.shell?.commands ?? []) {
      if (command.elsewhere) continue;
      const what = impaired(command, event.shell === undefined ? [] : childrenOf(event.shell, command));
      if (what === undefined) continue;
      matches.push({
        subject: what,
        detail: `The agent ran "${command.program}" against ${what}.`,
        ...(askedFor(
          context,
          what.split(/[ ./]/).filter((w) => w.length > 3),
        )
          ? { severity: 'low' as const }
          : {}),
        excerpt: describeCommand(command),
      });
    }
    for (const use of classedUses(event, context)) {
      if ((use.how !== 'write' && use.how !== 'append') || use.class !== 'hosts-file') continue;
      // The command as typed may be escaped character by character: what it writes is read as well.
      const text = `${event.input.content ?? ''} ${event.input.command ?? ''} ${writtenText(event, use.command)}`;
      if (
        !LED_AWAY.test(text) &&
        !/crowdstrike|sentinelone|defender|windowsupdate|update\.microsoft|swscan\.apple|virustotal|sophos|symantec|kaspersky|malwarebytes|osquery|wazuh|security/i.test(
          text,
        )
      )
        continue;
      matches.push({
        subject: use.path,
        detail: 'The agent redirected addresses of security or update services.',
        excerpt: excerptOf(event),
      });
    }
    return matches;
  }),
  examples: {
    hit: [
      {
        name: 'hosts entry in escaped characters',
        calls: [
          {
            shell: "bash -c $'echo 0.0.0.0 updates.\\x63rowdstrike.com \\x7c sudo tee -a /etc/hosts'",
          },
        ],
      },
      { name: 'endpoint sensor stopped', calls: [{ shell: 'sudo systemctl stop falcon-sensor' }] },
      { name: 'audit daemon, old style', calls: [{ shell: 'service auditd stop' }] },
      { name: 'SELinux', calls: [{ shell: "bash -c 'setenforce 0'" }] },
      { name: 'firewall', calls: [{ shell: 'sudo ufw disable' }] },
      { name: 'Gatekeeper', platform: 'darwin', calls: [{ shell: 'sudo spctl --master-disable' }] },
      {
        name: 'Defender exclusion',
        platform: 'win32',
        calls: [{ shell: 'Add-MpPreference -ExclusionPath C:\\', dialect: 'powershell' }],
      },
      {
        name: 'Defender off',
        platform: 'win32',
        calls: [{ shell: 'Set-MpPreference -DisableRealtimeMonitoring $true', dialect: 'powershell' }],
      },
      { name: 'osquery killed', calls: [{ shell: 'sudo pkill -9 osqueryd' }] },
      { name: 'this monitor', calls: [{ shell: 'systemctl --user disable --now reeve' }] },
      { name: 'sensor removed', calls: [{ shell: 'sudo apt-get purge -y wazuh-agent' }] },
      { name: 'windows service', platform: 'win32', calls: [{ shell: 'sc stop WinDefend', dialect: 'cmd' }] },
      { name: 'kill by name', calls: [{ shell: 'sudo pkill -9 falcon-sensor' }] },
      { name: 'package removed', calls: [{ shell: 'sudo apt-get purge -y clamav-daemon' }] },
      { name: 'nested shell', calls: [{ shell: "sudo sh -c 'systemctl disable --now auditd'" }] },
      {
        name: 'PowerShell',
        platform: 'win32',
        calls: [{ shell: 'Add-MpPreference -ExclusionPath C:\\', dialect: 'powershell' }],
      },
    ],
    miss: [
      {
        name: 'own service',
        guards: 'stopping a database',
        calls: [{ shell: 'sudo systemctl stop postgresql' }],
      },
      { name: 'status', guards: 'looking', calls: [{ shell: 'systemctl status auditd' }] },
      {
        name: 'own process',
        guards: 'ending a dev server',
        calls: [{ shell: "pkill -f 'vite --port 3000'" }],
      },
      { name: 'SELinux mode', guards: 'asking for the mode', calls: [{ shell: 'getenforce' }] },
      { name: 'firewall rules', guards: 'listing rules', calls: [{ shell: 'sudo ufw status verbose' }] },
      {
        name: 'container',
        guards: 'a service elsewhere',
        calls: [{ shell: 'docker exec box service auditd stop' }],
      },
      { name: 'package of that name', guards: 'installing', calls: [{ shell: 'brew install osquery' }] },
      {
        name: 'hosts entry',
        guards: 'local names',
        calls: [{ shell: "echo '127.0.0.1 app.test' | sudo tee -a /etc/hosts" }],
      },
      {
        name: 'own service',
        guards: 'services of the project',
        calls: [{ shell: 'sudo systemctl stop app-worker' }],
      },
      { name: 'status', guards: 'looking', calls: [{ shell: 'systemctl status auditd' }] },
      {
        name: 'own process',
        guards: 'processes of the project',
        calls: [{ shell: "pkill -f 'node server.js'" }],
      },
      { name: 'restart', guards: 'starting again', calls: [{ shell: 'sudo systemctl restart rsyslog' }] },
    ],
  },
};

const PRODUCT =
  /^(?:com\.)?(?:(?:crowdstrike[\w.-]*|csfalcon\w*|falcon-?(?:sensor|d)?|auditd|osqueryd?|clamav[\w-]*|clamd|freshclam|wazuh[\w-]*|sentinel(?:one|agent|d|ctl)[\w.-]*|mdatp|wdavdaemon|windefend|msmpeng|mssense|sense|mpssvc|wscsvc|cbagentd|cbdefense|carbonblack[\w.-]*|elastic-agent|elastic-endpoint|sysmon(?:64)?|apparmor|fail2ban|firewalld|ufw|nftables|rsyslogd?|syslog-ng|reeve(?:d|-collector|-app)?|jamf[\w.-]*|kandji[\w.-]*|taniumclient|taniumd|qualys[\w-]*|zscaler[\w.-]*|netskope[\w.-]*|littlesnitch[\w.-]*|santad?|cylancesvc|sophos[\w.-]*|savd|ds_agent|trendmicro[\w.-]*|xagt|cortex-?xdr[\w-]*|traps_pmd|cyserver|bdservicehost|eset[\w.-]*|ekrn|malwarebytes[\w.-]*|lacework|falco|aide|rkhunter|splunkd?|splunkforwarder|filebeat|auditbeat|eventlog))(?:\.service|\.exe|\.plist)?$/i;

/** The product in the words of a command; also the last part of `com.vendor.product` and of a path. */
function productIn(words: readonly string[]): string | undefined {
  for (const word of words) {
    if (word.startsWith('-')) continue;
    const name = word
      .slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1)
      .replace(/^['"]|['"]$/g, '');
    if (PRODUCT.test(name) || name.split('.').some((part) => part.length > 4 && PRODUCT.test(part)))
      return name;
  }
  return undefined;
}

/** A well-known name given another address than this machine's own. */
const LED_AWAY =
  /(?:^|[\s"'])(?!127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)(?:\d{1,3}\.){3}\d{1,3}[ \t]{1,40}(?:[\w-]{1,63}\.){0,4}(?:github|gitlab|githubusercontent|npmjs|pypi|pythonhosted|google|googleapis|microsoft|apple|docker|amazonaws|anthropic|openai|cloudflare)\.(?:com|org|io)\b/i;

/** Where Reeve keeps what it saw. */
const OWN_STATE =
  /(?:\.local\/state|\.config|Library\/Application Support|AppData[\\/](?:Local|Roaming)|\/var\/lib|\/etc)[\\/]reeve(?:[\\/]|$)/i;

function impaired(command: ShellCommand, children: readonly ShellCommand[]): string | undefined {
  const name = canonicalName(command.program);
  const { args } = command;
  const line = args.join(' ').toLowerCase();
  switch (name) {
    case 'systemctl':
      return /(?:^|\s)(?:stop|disable|mask|kill)(?:\s|$)/.test(line) ? productIn(args) : undefined;
    case 'service':
    case 'rc-service':
      return /\bstop\b/.test(line) ? productIn(args) : undefined;
    case 'launchctl':
      return /^(?:unload|bootout|remove|disable|stop)/.test(line) ? productIn(args) : undefined;
    case 'kill':
      return children.some((child) => /^(?:pgrep|pidof|get-process|gps|ps|grep)$/.test(child.program))
        ? productIn(children.flatMap((child) => child.args))
        : undefined;
    case 'rm':
    case 'remove-item':
    case 'shred':
      return args.some((word) => OWN_STATE.test(word)) ? 'the records of reeve' : undefined;
    case 'uninstall-windowsfeature':
    case 'remove-windowsfeature':
    case 'disable-windowsoptionalfeature':
      return /defender/.test(line) ? 'Microsoft Defender' : undefined;
    case 'bcdedit':
      return /(?:testsigning|nointegritychecks|safeboot)\s+(?:on|yes|minimal)|recoveryenabled\s+no/.test(line)
        ? 'the checks of Windows at its start'
        : undefined;
    case 'wevtutil':
      return /^(?:cl|clear-log|sl .*\/e:false)/.test(line) ? 'the event log' : undefined;
    case 'clear-eventlog':
    case 'remove-eventlog':
      return 'the event log';
    case 'pkill':
    case 'killall':
    case 'taskkill':
    case 'stop-process':
    case 'stop-service':
    case 'uninstall-package':
      return productIn(args);
    case 'sc':
    case 'sc.exe':
    case 'set-content':
      return /^(?:stop|delete|config)\b/.test(line) ? productIn(args) : undefined;
    case 'net':
    case 'net1':
      return /^stop\b/.test(line) ? productIn(args) : undefined;
    case 'apt':
    case 'apt-get':
    case 'dnf':
    case 'yum':
    case 'brew':
    case 'pacman':
    case 'zypper':
    case 'choco':
    case 'winget':
      return /(?:^|\s)(?:remove|purge|autoremove|erase|uninstall|-r\w*)\s/.test(`${line} `)
        ? productIn(args)
        : undefined;
    case 'setenforce':
      return /^(?:0|permissive)/.test(line) ? 'SELinux' : undefined;
    case 'spctl':
      return /--(?:master|global)-disable/.test(line) ? 'Gatekeeper' : undefined;
    case 'csrutil':
      return /disable|authenticated-root disable/.test(line) ? 'System Integrity Protection' : undefined;
    case 'ufw':
      return /^(?:--force )?(?:disable|reset)/.test(line) ? 'ufw firewall' : undefined;
    case 'socketfilterfw':
      return /--setglobalstate off/.test(line) ? 'macOS firewall' : undefined;
    case 'iptables':
    case 'ip6tables':
      return /^(?:-f|--flush)(?:$|\s+(?:input|output|forward))|-p (?:input|forward) accept/.test(line) &&
        !/-t nat|docker/.test(line)
        ? 'packet filter'
        : undefined;
    case 'nft':
      return /^flush ruleset/.test(line) ? 'packet filter' : undefined;
    case 'netsh':
      return /advfirewall.{0,200}\bstate off|firewall set opmode disable/.test(line)
        ? 'Windows firewall'
        : undefined;
    case 'set-netfirewallprofile':
      return /-enabled:? ?(?:\$?false|0)/.test(line) ? 'Windows firewall' : undefined;
    case 'set-mppreference':
      return /-disable\w+:? ?(?:\$?true|1)|-exclusion|-mapsreporting:? ?0|-submitsamplesconsent/.test(line)
        ? 'Microsoft Defender'
        : undefined;
    case 'add-mppreference':
      return /-exclusion/.test(line) ? 'Microsoft Defender' : undefined;
    case 'auditctl':
      return /^(?:-e ?0|-d$|-D$)/i.test(line) ? 'audit rules' : undefined;
    case 'fltmc':
      return /^unload/.test(line) ? 'Windows filter driver' : undefined;
    case 'aa-teardown':
    case 'aa-disable':
      return 'AppArmor';
    case 'reeve':
      return /^(?:stop|gate remove)/.test(line) ? 'reeve' : undefined;
    case 'mdatp':
      return /^(?:config real-time-protection --value disabled|exclusion)/.test(line) ? 'mdatp' : undefined;
    case 'reg':
      return /add .{0,200}windows defender.{0,200}(?:disable|exclusions)/.test(line)
        ? 'Microsoft Defender'
        : undefined;
    default:
      return undefined;
  }
}
