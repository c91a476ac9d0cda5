import type { ProcessRule } from '../rule.ts';
import { asksNobody, called, exampleProcess, programOf } from '../shared/process-look.ts';

/** What starts agents in attacks, and hardly ever for a person. */
const PARENTS: readonly (readonly [what: string, names: ReadonlySet<string>])[] = [
  ['a package manager', new Set(['npm', 'pnpm', 'yarn', 'bun', 'pip', 'uv', 'cargo', 'gem', 'node-gyp'])],
  ['git', new Set(['git', 'git-remote-https'])],
  ['a browser', new Set(['chrome', 'chromium', 'firefox', 'msedge', 'brave', 'safari'])],
  ['an office program', new Set(['winword', 'excel', 'powerpnt', 'soffice.bin', 'acrord32', 'evince'])],
  ['a mail program', new Set(['thunderbird', 'outlook', 'mail'])],
  ['a script host', new Set(['wscript', 'cscript', 'mshta', 'osascript'])],
  ['a scheduler', new Set(['cron', 'crond', 'atd', 'anacron', 'taskeng'])],
];
/** Package managers that were asked to install run the packages' scripts; asked to run something, they run that. */
const INSTALLS = new Set(['install', 'i', 'ci', 'add', 'rebuild', 'update', 'upgrade']);

export const procAgentUnusualParent: ProcessRule = {
  on: 'process',
  id: 'proc.agent-unusual-parent',
  code: 'N-01',
  title: 'Agent started by an unusual program',
  severity: 'high',
  confidence: 'medium',
  why: 'People start agents in terminals and editors. Packages, documents and repositories that start one use it to search or change your machine.',
  triage: 'Which package, page or repository started it, and with which prompt?',
  advice: 'Stop the agent. Remove the package or hook that started it, and look at what the agent read.',
  falsePositives: ['Scheduled jobs and git hooks that your team made.'],
  references: ['https://attack.mitre.org/techniques/T1204/'],
  taxonomies: { attack: ['T1204'], atlas: ['AML.T0131'], owasp: ['ASI04'] },
  bundles: ['MAL', 'MON'],
  match(fact) {
    if (fact.kind !== 'process' || fact.attribution.role !== 'agent') return [];
    for (const { process, agentId } of fact.ancestors) {
      if (agentId !== undefined) return []; // That is B-44, or a launcher.
      const program = programOf(process);
      const what = PARENTS.find(([, names]) => names.has(program))?.[0];
      if (what === undefined) continue;
      if (what === 'a package manager' && !process.argv.slice(1, 4).some((arg) => INSTALLS.has(arg)))
        continue;
      const bypass = asksNobody(fact.process);
      return [
        {
          subject: `${program}>${fact.attribution.agentId ?? programOf(fact.process)}`,
          detail: `${called(fact.process)} was started by ${what}: ${called(process)}.`,
          ...(bypass ? { severity: 'critical' } : {}),
        },
      ];
    }
    return [];
  },
  examples: {
    hit: [
      {
        name: 'script of a package',
        fact: exampleProcess(
          'claude --dangerously-skip-permissions -p x',
          {},
          { role: 'agent', above: [['sh -c x'], ['npm install'], ['zsh']] },
        ),
      },
      {
        name: 'git hook',
        fact: exampleProcess(
          'codex exec x',
          {},
          {
            role: 'agent',
            agentId: 'codex',
            above: [['sh .git/hooks/post-checkout'], ['git checkout main'], ['zsh']],
          },
        ),
      },
      { name: 'browser', fact: exampleProcess('claude', {}, { role: 'agent', above: [['firefox']] }) },
      {
        name: 'schedule',
        fact: exampleProcess(
          'gemini -p x',
          {},
          { role: 'agent', agentId: 'gemini-cli', above: [['sh'], ['cron -f']] },
        ),
      },
    ],
    miss: [
      {
        name: 'terminal',
        guards: 'the usual start',
        fact: exampleProcess('claude', {}, { role: 'agent', above: [['zsh'], ['kitty']] }),
      },
      {
        name: 'editor',
        guards: 'extensions',
        fact: exampleProcess('claude', {}, { role: 'agent', above: [['code --type=utility']] }),
      },
      {
        name: 'npx',
        guards: 'run without installing',
        fact: exampleProcess('claude', {}, { role: 'agent', above: [['sh'], ['npm exec claude'], ['zsh']] }),
      },
      {
        name: 'not an agent',
        guards: 'what packages run',
        fact: exampleProcess('node build.js', {}, { above: [['npm install'], ['zsh']] }),
      },
      {
        name: 'package manager above an outer agent',
        guards: 'nested agents are another rule',
        fact: exampleProcess(
          'codex',
          {},
          { role: 'agent', agentId: 'codex', above: [['bash'], ['claude', 'claude-code'], ['npm install']] },
        ),
      },
    ],
  },
};
