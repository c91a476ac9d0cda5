import type { Severity } from '../contract/finding.ts';
import type { ShellAnalysis, ShellCommand } from '../contract/shell.ts';
import type { EventRule } from './rule.ts';
import { canonicalName, childrenOf, findOption, hasFlag } from './shared/commands.ts';
import { onCommands } from './shared/on-command.ts';
import { classedUses } from './shared/secrets-read.ts';
import { unlessAsked } from './shared/weigh.ts';

export const readProcessMemory: EventRule = {
  on: 'event',
  id: 'read.process-memory',
  code: 'B-08',
  title: 'Memory of another program read',
  severity: 'high',
  confidence: 'medium',
  why: 'Passwords, keys and messages lie open in the memory of running programs. A debugger needs that of your own program only.',
  triage: 'Which process was it? A browser, a key agent, a build runner or another agent is serious.',
  advice: 'Stop the session. Renew what the other program was signed in to.',
  falsePositives: [
    'Debugging your own program (low, or not reported when it is named or its dump was asked for).',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1003/007/',
    'https://attack.mitre.org/techniques/T1055/',
  ],
  taxonomies: { attack: ['T1003.007', 'T1055'], atlas: ['AML.T0055'], owasp: ['ASI03'] },
  bundles: ['SEC'],
  trigger: {
    signs: ['kernel-write'],
    programs: [
      /^(?:gcore|gdb|lldb|strace|ltrace|dtruss|procdump(?:64)?|createdump|rundll32|out-minidump|processhacker|memdump|fridump|frida(?:-trace)?|objection|volatility3?|vol\.py|dotnet-dump|jmap|process-inject|minidump|avml|winpmem\w*|osxpmem|comsvcs)$/,
    ],
    reads: ['process-memory'],
  },
  match: onCommands((command, event, context) => {
    if (event.shell === undefined) return undefined;
    const named = classedUses(event, context).some(
      (use) => use.command === command && use.class === 'process-memory' && use.how === 'read',
    );
    const said = dumped(command, event.shell, named);
    if (said === undefined) return undefined;
    const [what, severity] = said;
    return {
      subject: what,
      detail: `The agent read the memory of ${what} with "${command.program}".`,
      severity: unlessAsked(severity, context, [
        command.program,
        'debug',
        'debugger',
        'core dump',
        'heap dump',
        'memory dump',
        'deadlock',
        'hang',
        'hangs',
        'attach',
      ]),
    };
  }),
  examples: {
    hit: [
      { name: 'core of a process', calls: [{ shell: 'gcore -o /tmp/c 4242' }] },
      {
        name: 'debugger that dumps',
        calls: [{ shell: 'gdb -p 4242 -batch -ex "dump memory /tmp/m 0x0 0xffff"' }],
      },
      { name: 'key agent', calls: [{ shell: 'sudo gcore $(pgrep ssh-agent)' }] },
      {
        name: 'browser',
        calls: [{ shell: `bash -c 'gdb -p $(pidof chrome) -batch -ex generate-core-file'` }],
      },
      { name: 'memory file', calls: [{ shell: 'dd if=/proc/4242/mem of=/tmp/m bs=1 skip=4096 count=4096' }] },
      { name: 'environment of all', calls: [{ shell: 'strings /proc/*/environ | grep -i token' }] },
      { name: 'memory of the machine', calls: [{ shell: 'sudo dd if=/dev/mem of=/tmp/m bs=1M' }] },
      {
        name: 'runner',
        calls: [
          {
            shell:
              'sudo cat /proc/$(pgrep -f Runner.Worker)/mem | tr -d \'\\0\' | grep -aoE \'"[^"]+":\\{"value":"[^"]*"\'',
          },
        ],
      },
      {
        name: 'what another writes',
        calls: [{ shell: 'sudo strace -f -e write -s 9999 -p $(pgrep -x sshd)' }],
      },
      {
        name: 'Windows',
        platform: 'win32',
        calls: [{ shell: 'procdump64.exe -accepteula -ma firefox.exe C:\\t\\f.dmp', dialect: 'cmd' }],
      },
      {
        name: 'Mac',
        platform: 'darwin',
        calls: [{ shell: 'lldb -p $(pgrep -x "Google Chrome") --batch -o "process save-core /tmp/c"' }],
      },
    ],
    miss: [
      {
        name: 'own program',
        guards: 'debugging',
        calls: [{ shell: 'gdb --args ./build/app --port 1 && lldb ./target/debug/app' }],
      },
      {
        name: 'core of a crash',
        guards: 'reading a core that exists',
        calls: [{ shell: 'gdb ./app core.123 -batch -ex bt' }],
      },
      {
        name: 'calls of an own program',
        guards: 'tracing what one starts',
        calls: [{ shell: 'strace -f -o /tmp/t ./app' }],
      },
      {
        name: 'status of a process',
        guards: 'numbers, not memory',
        calls: [{ shell: 'cat /proc/4242/status /proc/meminfo /proc/self/limits' }],
      },
      {
        name: 'stack of an own process',
        guards: 'stacks only',
        calls: [{ shell: 'py-spy dump --pid 4242; jstack 4242' }],
      },
      {
        name: 'heap of an own service',
        guards: 'looking for leaks',
        prompt: 'take a heap dump of the service, it leaks',
        calls: [{ shell: 'kill -USR2 4242; node --heapsnapshot-signal=SIGUSR2 app.js' }],
      },
      {
        name: 'own environment',
        guards: 'this process',
        calls: [{ shell: 'cat /proc/self/status; ps eww | head' }],
      },
      {
        name: 'files called mem',
        guards: 'names',
        calls: [{ shell: 'cat docs/mem.md && grep -n gcore notes.txt' }],
      },
    ],
  },
};

type Said = readonly [what: string, severity: Severity];

const MEMORY_FILE = /\/proc\/([^/]{1,200})\/(mem|environ)(?![\w.])/;
const DEBUGGERS =
  /^(?:gcore|gdb|lldb|strace|ltrace|dtruss|procdump(?:64)?|createdump|out-minidump|memdump|fridump|avml|rundll32|minidump|comsvcs)$/;
/** Programs that hold other people's secrets or sessions. */
const KEEPERS =
  /chrome|chromium|brave|firefox|safari|msedge|\bedge\b|opera|vivaldi|ssh-agent|gpg-agent|sshd|keychain|securityd|keyring|kwallet|1password|bitwarden|keepass|lastpass|lsass|winlogon|runner|jenkins|slack|discord|signal|telegram|teams|outlook|claude|codex|cursor|copilot|gemini|\bcode\b|sudo|login/i;

function dumped(command: ShellCommand, shell: ShellAnalysis, named: boolean): Said | undefined {
  const name = canonicalName(command.program);
  const { args } = command;
  if (!DEBUGGERS.test(name) && !named) return undefined;
  const line = [...args, ...command.redirects.map(({ target }) => target ?? ''), command.code ?? '']
    .join(' ')
    .slice(0, 4_000);
  const machine = /(?:^|[ =])(\/dev\/k?mem|\/proc\/kcore)(?:\s|$)/.exec(line)?.[1];
  if (machine !== undefined) return ['the whole machine', 'critical'];
  const inner = childrenOf(shell, command)
    .map((child) => child.args.join(' '))
    .join(' ');
  const target = MEMORY_FILE.exec(line);
  if (target?.[1] !== undefined && !/^(?:self|thread-self|\$\$|\d+\/task)$/.test(target[1])) {
    if (target[2] === 'mem')
      return [`process ${pid(target[1], inner)}`, KEEPERS.test(inner) ? 'critical' : 'high'];
    return /[*[?$]/.test(target[1])
      ? ['all processes (their environment)', 'high']
      : ['another process (its environment)', 'medium'];
  }
  switch (name) {
    case 'gcore':
    case 'procdump':
    case 'procdump64':
    case 'createdump':
    case 'memdump':
    case 'fridump':
    case 'out-minidump':
    case 'avml':
      return args.length === 0 || hasFlag(args, 'h', 'help', 'version')
        ? undefined
        : judged(`${inner} ${line}`, 'high');
    case 'gdb':
    case 'lldb': {
      const attached =
        findOption(args, ['-p', '--pid', '--attach-pid', '-n', '--attach-name']) ??
        /(?:^|\s)attach\s+(\S+)/.exec(line)?.[1];
      if (attached === undefined) return undefined;
      const takes = /dump (?:binary )?memory|generate-core|gcore|save-core|memory read|x\/\d*s|find /.test(
        line,
      );
      return takes || KEEPERS.test(`${inner} ${attached}`)
        ? judged(`${inner} ${attached}`, takes ? 'high' : 'medium')
        : undefined;
    }
    case 'strace':
    case 'ltrace':
    case 'dtruss': {
      const attached = findOption(args, ['-p', '--attach']);
      return attached !== undefined && KEEPERS.test(`${inner} ${attached}`)
        ? judged(`${inner} ${attached}`, 'high')
        : undefined;
    }
    default:
      return /comsvcs.{0,200}minidump/i.test(line) ? judged(line, 'critical') : undefined;
  }
}

function judged(text: string, severity: Severity): Said {
  const keeper = KEEPERS.exec(text)?.[0];
  return keeper === undefined
    ? ['another process', severity === 'high' ? 'medium' : severity]
    : [keeper, severity === 'high' ? 'critical' : 'high'];
}

function pid(text: string, inner: string): string {
  return KEEPERS.exec(inner)?.[0] ?? (/^\d+$/.test(text) ? text : 'of others');
}
