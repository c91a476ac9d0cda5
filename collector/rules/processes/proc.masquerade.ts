import type { ProcessFact } from '../../contract/attribution.ts';
import type { Match, ProcessRule } from '../rule.ts';
import { called, exampleProcess, programOf } from '../shared/process-look.ts';

const SYSTEM = new Set(
  'systemd init launchd kthreadd kworker sshd cron crond dbus-daemon udevd systemd-udevd networkmanager wpa_supplicant cupsd rsyslogd journald systemd-journald polkitd kernel_task windowserver loginwindow mds svchost lsass csrss winlogon explorer reeve'.split(
    ' ',
  ),
);
const SUSPECT =
  /^(?:\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|\/private\/tmp\/|\/?memfd:)|\/Downloads\/|\/AppData\/Local\/Temp\//i;
/** AppImages and the like run from a folder of their own. */
const MOUNTED = /\/\.mount_[^/]*\//;
const INTERPRETERS = /^(?:node|bun|deno|python[\d.]*|ruby|perl|java|busybox|electron|sh|bash|zsh|dash)$/;
/** Authors that only their own makers' programs sign with. */
const BOTS: readonly (readonly [RegExp, string])[] = [
  [/noreply@anthropic\.com/i, 'claude'],
  [/\bcopilot@github\.com|\+copilot@users\.noreply/i, 'copilot'],
  [/(?:dependabot|renovate|github-actions)\[bot\]/i, 'github'],
];

export const procMasquerade: ProcessRule = {
  on: 'process',
  id: 'proc.masquerade',
  code: 'N-16',
  title: 'Program gives itself another name',
  severity: 'high',
  confidence: 'medium',
  why: 'It shows the name of a part of the system or of an agent, and is something else. Programs do that to be overlooked.',
  triage: 'Which file is it really, and who started it?',
  advice: 'End it and keep a copy of the file for examination.',
  falsePositives: ['Programs that set their title, and wrappers with the name of what they wrap.'],
  references: ['https://attack.mitre.org/techniques/T1036/005/'],
  taxonomies: { attack: ['T1036.005'], atlas: ['AML.T0074'], owasp: ['ASI03'] },
  bundles: ['MON'],
  match(fact) {
    const found = fact.kind === 'process' ? (named(fact) ?? signed(fact)) : undefined;
    return found === undefined ? [] : [found];
  },
  examples: {
    hit: [
      {
        name: 'thread of the kernel',
        fact: exampleProcess('[kworker/0:1]', { argv: ['[kworker/0:1]'], executable: '/home/dev/.x/run' }),
      },
      { name: 'service', fact: exampleProcess('sshd', { argv: ['sshd'], executable: '/home/dev/app/x' }) },
      {
        name: 'agent from a temporary folder',
        fact: exampleProcess('claude', { executable: '/tmp/x/claude' }, { role: 'agent', above: [['bash']] }),
      },
      {
        name: 'author that is a bot (medium)',
        fact: exampleProcess('git commit --author=dependabot[bot] -m x', {
          argv: ['git', 'commit', '--author=dependabot[bot] <x@example.com>', '-m', 'x'],
        }),
      },
    ],
    miss: [
      {
        name: 'agent in an interpreter',
        guards: 'agents that run on Node',
        fact: exampleProcess('claude', { executable: '/usr/bin/node' }, { role: 'agent', above: [['zsh']] }),
      },
      {
        name: 'versioned agent',
        guards: 'installers that name the file after the version',
        fact: exampleProcess(
          'claude',
          { executable: '/home/dev/.local/share/claude/versions/2.1.330' },
          { role: 'agent', above: [['zsh']] },
        ),
      },
      {
        name: 'service itself',
        guards: 'the real one',
        fact: exampleProcess('sshd', { argv: ['sshd'], executable: '/usr/sbin/sshd' }),
      },
      {
        name: 'own commit',
        guards: 'agents that sign as themselves',
        fact: exampleProcess('git commit', {
          argv: ['git', 'commit', '--author=Claude <noreply@anthropic.com>', '-m', 'x'],
        }),
      },
      { name: 'no path', guards: 'programs of others', fact: exampleProcess('cron') },
    ],
  },
};

function named({ process, attribution }: Extract<ProcessFact, { kind: 'process' }>): Match | undefined {
  const { executable, argv } = process;
  if (executable === undefined || MOUNTED.test(executable)) return undefined;
  const shown = argv[0] ?? '';
  const file = executable
    .slice(executable.lastIndexOf('/') + 1)
    .replace(/\.exe$/i, '')
    .toLowerCase();
  const bad = (as: string): Match => ({
    subject: executable,
    detail: `Process ${process.pid} calls itself ${as} and is ${executable}.`,
  });
  if (/^\[[\w/:.@-]+\]$/.test(shown)) return bad(shown);
  const program = programOf(process);
  if (attribution.role === 'agent') return SUSPECT.test(executable) ? bad(program) : undefined;
  const root = (program.split(/[/:]/, 1)[0] ?? '').toLowerCase();
  if (!SYSTEM.has(root) || file.startsWith(root) || INTERPRETERS.test(file)) return undefined;
  // The same program under a multi-call name, such as `init` for `systemd`.
  return /^\/(?:usr\/)?(?:s?bin|lib\w*|libexec)\//.test(executable) ? undefined : bad(program);
}

function signed({ process, attribution }: Extract<ProcessFact, { kind: 'process' }>): Match | undefined {
  if (programOf(process) !== 'git' || !process.argv.slice(1, 8).includes('commit')) return undefined;
  const author = process.argv.slice(1, 64).find((arg) => /^(?:--author=|user\.(?:name|email)=)/.test(arg));
  const bot = author === undefined ? undefined : BOTS.find(([look]) => look.test(author));
  if (bot === undefined || attribution.agentId?.startsWith(bot[1]) === true) return undefined;
  return {
    subject: `git ${bot[1]}`,
    detail: `${called(process)} writes a commit in the name of ${bot[1]}.`,
    severity: 'medium',
  };
}
