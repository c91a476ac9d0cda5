import type { ProcessFact } from '../../contract/attribution.ts';
import type { Match, ProcessRule } from '../rule.ts';
import { called, exampleProcess, isInside, programOf } from '../shared/process-look.ts';

const TEMPORARY = /^(?:\/tmp|\/var\/tmp|\/dev\/shm|\/private\/tmp|\/private\/var\/folders)\//;
/** What monitoring, allocators and editors load into programs. */
const APPROVED =
  /dd-trace|newrelic|@opentelemetry|elastic-apm|dynatrace|appdynamics|instana|sentry|js-debug|bootloader\.js|\.pnp\.(?:cjs|loader\.mjs)|tsx\/|ts-node|source-map|libjemalloc|libtcmalloc|libmimalloc|libfakeroot|libasan|libeatmydata|gtk3-nocsd|libstdbuf|libproxychains|nvm|volta|asan_/i;
/** Folders that runners put first for the time of one run. */
const RUNNERS =
  /\/(?:node_modules\/\.bin|bun-node-[\w]+|xfs-[\w]+|codex-arg0\w*|arg0|\.venv\/bin|venv\/bin|\.nvm|_npx)(?:\/|$)/;

const agent = (loads: Readonly<Record<string, string>>): ProcessFact =>
  exampleProcess('claude', { loads }, { role: 'agent', above: [['zsh'], ['kitty']] });

export const envInjection: ProcessRule = {
  on: 'process',
  id: 'env.injection',
  code: 'N-15',
  title: 'Agent started with foreign code loaded into it',
  severity: 'high',
  confidence: 'medium',
  why: 'A variable makes the agent or its server load code from somewhere else when it starts. That code sees and does all that the agent does.',
  triage: 'Who set the variable: your shell, the project, or something that started the agent?',
  advice: 'Start the agent without the variable, and look at the file it names.',
  falsePositives: ['Monitoring and debugging tools that are loaded this way.'],
  references: ['https://attack.mitre.org/techniques/T1574/'],
  taxonomies: { attack: ['T1574', 'T1574.007'], atlas: [], owasp: ['ASI04'] },
  bundles: ['CFG', 'MAL'],
  match(fact) {
    if (fact.kind !== 'process' || fact.process.loads === undefined) return [];
    if (fact.attribution.role !== 'agent' && fact.part?.kind !== 'mcp-server') return [];
    for (const [name, value] of Object.entries(fact.process.loads)) {
      const found = judge(name, value, fact);
      if (found !== undefined) return [found];
    }
    return [];
  },
  examples: {
    hit: [
      { name: 'library', fact: agent({ LD_PRELOAD: '/home/dev/.cache/x.so' }) },
      { name: 'script for Node', fact: agent({ NODE_OPTIONS: '--require /home/dev/app/.x/hook.js' }) },
      { name: 'start file of shells', fact: agent({ BASH_ENV: '/tmp/env.sh' }) },
      { name: 'other ssh', fact: agent({ GIT_SSH_COMMAND: '/tmp/ssh-wrap' }) },
      { name: 'programs of the project first (medium)', fact: agent({ PATH: '/home/dev/app/bin' }) },
      {
        name: 'server',
        fact: exampleProcess(
          'node server.js',
          { loads: { NODE_OPTIONS: '--import=/tmp/x.mjs' } },
          { part: { kind: 'mcp-server', name: 'notes', above: 0 }, above: [['claude', 'claude-code']] },
        ),
      },
    ],
    miss: [
      {
        name: 'memory',
        guards: 'options without code',
        fact: agent({ NODE_OPTIONS: '--max-old-space-size=8192' }),
      },
      {
        name: 'monitoring',
        guards: 'tools of the company',
        fact: agent({ NODE_OPTIONS: '--require dd-trace/init', LD_PRELOAD: '/usr/lib/libjemalloc.so.2' }),
      },
      {
        name: 'own key',
        guards: 'git with a key',
        fact: agent({ GIT_SSH_COMMAND: 'ssh -i ~/.ssh/work -o IdentitiesOnly=yes' }),
      },
      {
        name: 'node modules',
        guards: 'npm scripts',
        fact: agent({ PATH: '/home/dev/app/node_modules/.bin' }),
      },
      { name: 'usual', guards: 'ordinary shells', fact: agent({ PATH: '/usr/local/bin' }) },
      {
        name: 'tool',
        guards: 'programs the agent runs in the project',
        fact: exampleProcess('python3 x.py', { loads: { PYTHONPATH: '/home/dev/app' } }),
      },
    ],
  },
};

function judge(
  name: string,
  value: string,
  fact: Extract<ProcessFact, { kind: 'process' }>,
): Match | undefined {
  const who = called(fact.process);
  const ofProject = (path: string): boolean => isInside(path, fact.workspace);
  const bad = (what: string, more: Partial<Match> = {}): Match => ({
    subject: `${name} ${programOf(fact.process)}`,
    detail: `${who} was started with ${name}, which ${what}.`,
    excerpt: `${name}=${value}`,
    ...more,
  });
  if (value === '' || APPROVED.test(value)) return undefined;
  switch (name) {
    case 'LD_PRELOAD':
    case 'LD_AUDIT':
    case 'DYLD_INSERT_LIBRARIES':
      return bad('loads a library into it');
    case 'NODE_OPTIONS': {
      const loaded = /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)[=\s]+(\S+)/.exec(
        value,
      )?.[1];
      if (loaded === undefined) return undefined;
      return bad(
        'loads a script into it',
        ofProject(loaded) || TEMPORARY.test(loaded) ? {} : { severity: 'medium' },
      );
    }
    case 'BASH_ENV':
    case 'GIT_EXTERNAL_DIFF':
      return ofProject(value) || TEMPORARY.test(value)
        ? bad('runs a file of the project or of a temporary folder')
        : undefined;
    case 'GIT_SSH_COMMAND':
      return /^(?:\S*\/)?ssh(?:\.exe)?(?:\s|$)/.test(value) && !/ProxyCommand|LocalCommand/i.test(value)
        ? undefined
        : bad('replaces ssh');
    case 'PERL5OPT':
    case 'RUBYOPT':
      return /-[Mr]\S/.test(value) && (TEMPORARY.test(value) || value.includes('/tmp/'))
        ? bad('loads a script into other programs')
        : undefined;
    case 'PYTHONPATH':
    case 'PYTHONSTARTUP':
      return programOf(fact.process) === 'python' && TEMPORARY.test(value)
        ? bad('loads code from a temporary folder')
        : undefined;
    case 'PATH':
      if (RUNNERS.test(value)) return undefined;
      if (TEMPORARY.test(`${value}/`)) return bad('puts programs of a temporary folder first');
      return ofProject(value) ? bad('puts programs of the project first', { severity: 'medium' }) : undefined;
    default:
      return undefined;
  }
}
