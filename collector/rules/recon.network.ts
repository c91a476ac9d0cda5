import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule } from './rule.ts';
import { canonicalName, hasFlag, operandsOf } from './shared/commands.ts';
import { isLocalHost, normalizeHost } from './shared/hosts.ts';
import { onCommands } from './shared/on-command.ts';
import { unlessAsked } from './shared/weigh.ts';

export const reconNetwork: EventRule = {
  on: 'event',
  id: 'recon.network',
  code: 'B-43',
  title: 'Network searched for other machines',
  severity: 'high',
  confidence: 'medium',
  why: 'Looking for other computers, open ports or accounts of the company network is how an intruder finds the next target. Writing code seldom needs it.',
  triage: 'Which machines were looked at, and who asked for it?',
  advice: 'Stop the session if nobody asked for this, and tell whoever watches the network.',
  falsePositives: [
    'A look at machines you asked for (name the tool or the machine; reported as low).',
    'Waiting for one port of one service (not reported).',
  ],
  references: ['https://attack.mitre.org/techniques/T1046/', 'https://attack.mitre.org/techniques/T1018/'],
  taxonomies: {
    attack: ['T1046', 'T1018', 'T1087.002', 'T1135', 'T1482'],
    atlas: ['AML.T0089'],
    owasp: ['ASI02'],
  },
  bundles: ['MON', 'INC'],
  habit: ['lower', 'raise'],
  trigger: {
    signs: ['inline-code', 'device-write'],
    programs: [
      /^(?:nmap|zenmap|masscan|zmap|rustscan|naabu|unicornscan|arp-scan|netdiscover|fping|hping3?|nbtscan|nbtstat|enum4linux(?:-ng)?(?:\.pl)?|smbmap|windapsearch|ldapdomaindump|dnsrecon|dnsenum|fierce|onesixtyone|snmpwalk|snmp-check|ldapsearch|rpcclient|adfind|dsquery|nltest|setspn)$/,
      'nc',
      'ping',
      'arp',
      'test-connection',
      'test-netconnection',
      'net',
      'net1',
      'smbclient -L',
      'showmount',
      /^get-(?:ad(?:user|computer|group|groupmember|domain|domaincontroller|trust|forest)|net(?:computer|user|group|domain|forest|share|session|loggedon|domaincontroller|neighbor)|domain(?:computer|user|group|controller|trust)?)$/,
      /^(?:find-localadminaccess|invoke-(?:sharefinder|userhunter|portscan|arpscan))$/,
      'avahi-browse',
    ],
  },
  match: onCommands((command, _event, context) => {
    const said = searched(command);
    if (said === undefined) return undefined;
    const [what, severity, words] = said;
    return {
      subject: what,
      detail: `The agent looked for machines or accounts of the network: ${what}.`,
      severity: unlessAsked(severity, context, [...words, 'port scan', 'scan']),
    };
  }),
  examples: {
    hit: [
      { name: 'port scan of a network', calls: [{ shell: 'nmap -sS -p- 10.0.0.0/24 -oA scan' }] },
      { name: 'mass scan', calls: [{ shell: 'sudo masscan 10.0.0.0/8 -p80,443 --rate 10000' }] },
      {
        name: 'scan in a nested shell',
        calls: [{ shell: `bash -lc "timeout 60 /usr/bin/nmap 192.168.1.10"` }],
      },
      {
        name: 'pings in a loop',
        calls: [{ shell: 'for i in $(seq 1 254); do ping -c1 -W1 192.168.1.$i & done' }],
      },
      { name: 'ports in a range', calls: [{ shell: 'nc -zv 10.0.0.5 1-1024' }] },
      {
        name: 'ports in a loop',
        calls: [{ shell: 'for p in 22 80 443 3389; do nc -z -w1 10.0.0.5 $p && echo $p; done' }],
      },
      {
        name: 'ports by the shell alone',
        calls: [
          { shell: 'for p in {1..1024}; do (echo > /dev/tcp/10.0.0.5/$p) 2>/dev/null && echo $p; done' },
        ],
      },
      {
        name: 'ports by python',
        calls: [
          {
            shell: `python3 -c "import socket\nfor p in range(1,1024):\n s=socket.socket(); s.connect_ex(('10.0.0.5',p))"`,
          },
        ],
      },
      {
        name: 'directory of accounts',
        calls: [
          {
            shell:
              'ldapsearch -x -H ldap://dc1.corp.example.com -b dc=corp,dc=example,dc=com "(objectClass=user)"',
          },
        ],
      },
      { name: 'neighbours', calls: [{ shell: 'sudo arp-scan --localnet' }] },
      {
        name: 'domain admins',
        platform: 'win32',
        calls: [{ shell: 'net group "Domain Admins" /domain', dialect: 'cmd' }],
      },
      {
        name: 'domain by PowerShell',
        platform: 'win32',
        calls: [{ shell: 'Get-ADUser -Filter * -Properties *', dialect: 'powershell' }],
      },
      {
        name: 'sweep by PowerShell',
        platform: 'win32',
        calls: [
          {
            shell: '1..254 | ForEach-Object { Test-Connection -Count 1 "192.168.1.$_" }',
            dialect: 'powershell',
          },
        ],
      },
      { name: 'table of neighbours (low)', calls: [{ shell: 'arp -a' }] },
    ],
    miss: [
      {
        name: 'waiting for a database',
        guards: 'checks of one port',
        calls: [{ shell: 'until nc -z localhost 5432; do sleep 1; done' }],
      },
      {
        name: 'one port of one service',
        guards: 'reachability of what one works with',
        calls: [{ shell: 'nc -zv db.internal 5432' }],
      },
      { name: 'ping', guards: 'is the network up', calls: [{ shell: 'ping -c 3 example.com' }] },
      {
        name: 'own machine',
        guards: 'ports of this machine',
        calls: [{ shell: 'nmap -p 3000-3010 localhost; ss -tulpn; lsof -i :3000' }],
      },
      { name: 'version', guards: 'is it installed', calls: [{ shell: 'nmap --version; which masscan' }] },
      {
        name: 'socket in code',
        guards: 'programs that open one socket',
        calls: [
          {
            shell: `python3 -c "import socket; s=socket.create_connection(('localhost',5432)); print('ok')"`,
          },
        ],
      },
      {
        name: 'drive letters',
        guards: 'other uses of net',
        platform: 'win32',
        calls: [{ shell: 'net start postgresql && net use Z: \\\\files\\team', dialect: 'cmd' }],
      },
      {
        name: 'several known services',
        guards: 'a health check by name',
        calls: [{ shell: 'for h in api web; do curl -s http://$h.example.com/health; done' }],
      },
      {
        name: 'wait for compose services',
        guards: 'names in a loop',
        calls: [{ shell: 'for s in db cache; do nc -z $s 5432 || exit 1; done' }],
      },
    ],
  },
};

type Said = readonly [what: string, severity: Severity, words: readonly string[]];

const SCANNERS =
  /^(?:nmap|zenmap|masscan|zmap|rustscan|naabu|unicornscan|arp-scan|netdiscover|fping|hping3?|nbtscan|enum4linux(?:-ng)?(?:\.pl)?|smbmap|windapsearch|ldapdomaindump|dnsrecon|dnsenum|fierce|onesixtyone|snmpwalk|snmp-check|adfind|dsquery|nltest|rpcclient|find-localadminaccess|invoke-(?:sharefinder|userhunter|portscan|arpscan))$/;
const LOOK_ONLY = /^(?:--version|-V|--help|-h|version|help)$/;
/** An address whose last part is only known at run time: one of many. */
const SWEPT = /^(?:\d{1,3}\.){1,3}\$|^(?:\d{1,3}\.){3}(?:\{|\d+-\d|0\/)|\$_$/;

function searched(command: ShellCommand): Said | undefined {
  const name = canonicalName(command.program);
  const { args } = command;
  if (command.code !== undefined)
    return SCAN_CODE.test(command.code) && LOOP_CODE.test(command.code)
      ? ['ports, by a program', 'high', ['ports']]
      : undefined;
  const probe = command.redirects.find(({ target }) => target?.startsWith('/dev/tcp/') === true)?.target;
  if (probe !== undefined)
    return probe.includes('$') || probe.split(' ').length > 3
      ? ['ports, by the shell', 'high', ['ports']]
      : undefined;
  if (SCANNERS.test(name)) {
    if (args.length === 0 || args.some((word) => LOOK_ONLY.test(word))) return undefined;
    const target = targetsOf(args);
    if (target.length > 0 && target.every(isOwn)) return undefined;
    // One machine that has a name is a look at a service; a network or a bare address is a search.
    const single =
      name === 'nmap' && target.length === 1 && /^[a-z][\w-]*(?:\.[\w-]+)+$/i.test(target[0] ?? '');
    return [[name, target[0]].filter(Boolean).join(' '), single ? 'low' : 'high', [name, ...target]];
  }
  switch (name) {
    case 'nc':
      return hasFlag(args, 'z') ? portProbe(command) : undefined;
    case 'ping':
    case 'test-connection':
    case 'test-netconnection': {
      const swept = args.find((word) => SWEPT.test(word)) ?? manyOf(args);
      return swept === undefined ? undefined : [`${name} ${swept}`, 'high', ['ping']];
    }
    case 'arp':
      return args.length === 0 || hasFlag(args, 'a', 'n', 'e') ? ['arp -a', 'low', ['arp']] : undefined;
    case 'nbtstat':
      return ['nbtstat', 'low', ['nbtstat']];
    case 'showmount':
    case 'smbclient':
      return hasFlag(args, 'e', 'L', 'a')
        ? [`${name} of a server`, 'medium', ['shares', 'nfs', 'smb']]
        : undefined;
    case 'avahi-browse':
      return ['avahi-browse', 'low', ['mdns', 'bonjour']];
    case 'ldapsearch':
      return args.length > 2 && !operandsOf(args, LDAP_VALUED).some(isOwn) && !ldapLocal(args)
        ? ['ldapsearch', 'medium', ['ldap', 'directory']]
        : undefined;
    case 'setspn':
      return hasFlag(args, 'q', 't', 'f') ? ['setspn', 'high', ['spn']] : undefined;
    case 'net':
    case 'net1': {
      const line = args.join(' ').toLowerCase();
      if (/^(?:group|user|localgroup|accounts|view)\b.*\/domain|^group\s+"?(?:domain|enterprise) /.test(line))
        return [`net ${args[0] ?? ''} of the domain`, 'high', ['domain']];
      return /^view\b/.test(line) ? ['net view', 'medium', ['shares']] : undefined;
    }
    default:
      return /^get-(?:ad|net|domain)/.test(name) && DIRECTORY.test(name)
        ? [name, 'high', ['active directory', 'directory', 'domain']]
        : undefined;
  }
}

const DIRECTORY =
  /^get-(?:ad(?:user|computer|group|groupmember|domain|domaincontroller|trust|forest)|net(?:computer|user|group|domain|forest|share|session|loggedon|domaincontroller)|domain(?:computer|user|group|controller|trust)?)$/;
const SCAN_CODE =
  /\bconnect_ex\s*\(|\bscapy\b|\bnmap\.PortScanner|\barping\s*\(|TcpClient|\bsr1?\(\s*(?:IP|ARP)\b/;
const LOOP_CODE = /\brange\s*\(\s*\d|\bfor\b|\b1\.\.\d{2,5}\b|PortScanner|arping|\/2[0-4]\b/;
const LDAP_VALUED = ['-H', '-b', '-D', '-w', '-h', '-p', '-s', '-f'];

function ldapLocal(args: readonly string[]): boolean {
  return args.some((word) => /^ldaps?:\/\/(?:localhost|127\.|\[::1\])/.test(word));
}

/** A loop written out: one address after the other. */
function manyOf(args: readonly string[]): string | undefined {
  const addresses = args.filter((word) => /^(?:\d{1,3}\.){3}\d{1,3}$/.test(word));
  return addresses.length > 3 ? addresses[0] : undefined;
}

/** `nc -z`: one port of one machine is a check, a range or a run-time port of an address is a scan. */
function portProbe(command: ShellCommand): Said | undefined {
  const words = operandsOf(command.args, ['-w', '-i', '-p', '-s']);
  const [host = '', ...ports] = words;
  if (isOwn(host)) return undefined;
  const range = ports.some((port) => /^\d+-\d+$/.test(port)) || ports.length > 3;
  const many = SWEPT.test(host) || (/^\d/.test(host) && ports.some((port) => port.startsWith('$')));
  return range || many ? [`ports of ${host}`, 'high', [host]] : undefined;
}

/** Addresses, networks and names among the words of a scanner. */
function targetsOf(args: readonly string[]): readonly string[] {
  return operandsOf(args, SCAN_VALUED).filter(
    (word) => /[a-z0-9]/i.test(word) && !/^\d{1,5}(?:[-,]\d{1,5})*$/.test(word),
  );
}

const SCAN_VALUED = [
  '-p',
  '--ports',
  '-oA',
  '-oN',
  '-oX',
  '-oG',
  '-o',
  '--rate',
  '-T',
  '-i',
  '-I',
  '-e',
  '--script',
  '-iL',
  '--top-ports',
  '--min-rate',
  '--max-rate',
  '-u',
  '-P',
  '-c',
  '-w',
  '-g',
  '-s',
  '-U',
  '-d',
  '-v',
  '--interface',
  '-a',
  '-b',
];

function isOwn(word: string): boolean {
  const host = normalizeHost(word);
  return (
    host !== undefined && isLocalHost(host) && /^(?:localhost|127\.|::1|0\.0\.0\.0)|\.localhost$/.test(host)
  );
}
