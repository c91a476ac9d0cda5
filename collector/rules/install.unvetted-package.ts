import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, describeCommand, findOption, findOptions, subcommandOf } from './shared/commands.ts';
import { isLocalHost, parseUrl } from './shared/hosts.ts';
import { lookalikeOf } from './shared/lookalikes.ts';
import { onCall } from './shared/on-call.ts';
import { isKnownRegistry } from './shared/registries.ts';
import { isKnownApi } from './shared/sends.ts';

export const installUnvettedPackage: EventRule = {
  on: 'event',
  id: 'install.unvetted-package',
  code: 'B-39',
  title: 'Package from an unusual source',
  severity: 'medium',
  confidence: 'medium',
  why: 'Installing a package runs its code as you. This one does not come from the usual registry, or its name is nearly that of a well-known one.',
  triage:
    'Look the package up before you use it: its age, its owner, how many use it. Compare the name letter by letter.',
  advice:
    'Remove it and look for what it changed if you do not know it. Let agents install only what is in the lock file.',
  falsePositives: [
    'Registries of your company (name them in your request, or use a configuration file).',
    'Add-ons you asked for (reported as low).',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1195/001/',
    'https://atlas.mitre.org/techniques/AML.T0060',
  ],
  taxonomies: { attack: ['T1195.001'], atlas: ['AML.T0060', 'AML.T0062'], owasp: ['ASI04'] },
  bundles: ['SUP'],
  trigger: {
    programs: [
      ...['npm', 'pnpm', 'yarn', 'bun'].flatMap((name) =>
        ['install', 'i', 'add', 'dlx', 'x', 'exec'].map((verb) => `${name} ${verb}`),
      ),
      'npx',
      'bunx',
      'pnpx',
      'uvx',
      'pip install',
      'python install',
      'pipx install',
      'pipx run',
      'uv install',
      'uv add',
      'poetry add',
      'cargo install',
      'gem install',
      'go install',
      'brew tap',
      'claude plugin',
      'claude install',
      'openclaw skills',
      'clawhub install',
      'code --install-extension',
      'cursor --install-extension',
      'install-module',
    ],
  },
  match: onCall((event, context) =>
    (event.shell?.commands ?? []).flatMap((command): Match[] => {
      const odd = command.elsewhere ? undefined : oddInstall(command);
      if (odd === undefined) return [];
      const [what, severity] = odd;
      const asked = askedFor(context, [what, 'plugin', 'skill', 'extension', 'registry', 'marketplace']);
      return [
        {
          subject: what.slice(0, 160),
          detail: `The agent installed ${what.slice(0, 160)}.`,
          severity: asked && severity !== 'high' ? 'low' : severity,
          excerpt: describeCommand(command),
        },
      ];
    }),
  ),
  examples: {
    hit: [
      { name: 'letters swapped', calls: [{ shell: 'npm install expresss' }] },
      { name: 'Python lookalike', calls: [{ shell: 'pip install reqeusts' }] },
      { name: 'lookalike run at once', calls: [{ shell: 'npx -y typescirpt --init' }] },
      { name: 'archive by address', calls: [{ shell: 'npm i https://files.example.net/pkg.tgz' }] },
      {
        name: 'archive for Python in a nested shell',
        calls: [{ shell: "bash -c 'pip install http://files.example.net/p.whl'" }],
      },
      { name: 'other registry', calls: [{ shell: 'npm install tools --registry=https://npm.example.net' }] },
      {
        name: 'second index',
        calls: [{ shell: 'pip install --extra-index-url https://pypi.example.net/simple tools' }],
      },
      { name: 'skills of strangers', calls: [{ shell: 'npx skills add someone/skills' }] },
      { name: 'plugin', calls: [{ shell: 'claude plugin install helper@someone' }] },
      { name: 'python -m pip', calls: [{ shell: 'python3 -m pip install git+https://git.example.net/a/b' }] },
      {
        name: 'PowerShell',
        platform: 'win32',
        calls: [{ shell: 'npm install lodahs', dialect: 'powershell' }],
      },
    ],
    miss: [
      {
        name: 'ordinary',
        guards: 'daily installs',
        calls: [{ shell: 'npm install lodash express@5 @types/node' }],
      },
      { name: 'lock file', guards: 'what the project names', calls: [{ shell: 'npm ci && npm install' }] },
      {
        name: 'requirements',
        guards: 'what the project names',
        calls: [{ shell: 'pip install -r requirements.txt' }],
      },
      {
        name: 'relative with a short way',
        guards: 'known neighbours of known names',
        calls: [{ shell: 'npm install preact && pip install request-id' }],
      },
      {
        name: 'the project itself',
        guards: 'local folders',
        calls: [{ shell: 'pip install -e . && npm i ./packages/core' }],
      },
      {
        name: 'known code host',
        guards: 'installs from a known host by git',
        calls: [{ shell: 'pip install git+https://github.com/acme/tools.git' }],
      },
      {
        name: 'torch index',
        guards: "a project's own index",
        calls: [{ shell: 'pip install torch --index-url https://download.pytorch.org/whl/cu121' }],
      },
      {
        name: 'local registry',
        guards: 'tests of publishing',
        calls: [{ shell: 'npm install --registry http://localhost:4873 core' }],
      },
      {
        name: 'script of that name',
        guards: 'no install',
        calls: [{ shell: 'npm run add-user && npx tsc --noEmit' }],
      },
    ],
  },
};

function oddInstall(command: ShellCommand): readonly [string, Severity] | undefined {
  let name = canonicalName(command.program);
  let { words } = subcommandOf(command);
  if (name === 'python') {
    if (command.args[0] !== '-m' || command.args[1] !== 'pip') return undefined;
    name = 'pip';
    words = command.args.slice(2).filter((word) => !word.startsWith('-'));
  }
  const extension = findOption(command.args, ['--install-extension']);
  if (
    extension !== undefined &&
    /\.vsix$|^https?:/i.test(extension) &&
    /^(?:\/tmp|https?:|~\/downloads|.*[\\/](?:temp|downloads)[\\/])/i.test(extension)
  )
    return [`the extension ${extension}`, 'medium'];
  const addOn = addOnOf(name, words);
  if (addOn !== undefined) return [addOn, 'medium'];
  const packages = packagesOf(name, words);
  if (packages === undefined) return undefined;
  for (const option of findOptions(command.args, [
    '--registry',
    '--index-url',
    '--extra-index-url',
    '--index',
    '-i',
    '--find-links',
  ])) {
    const url = option.includes('://') ? parseUrl(option) : undefined;
    if (url !== undefined && !isLocalHost(url.host) && !isKnownRegistry(url.host) && !isKnownApi(url.host))
      return [`packages of ${url.host}`, 'medium'];
  }
  for (const word of packages.slice(0, 100)) {
    const address = /^(?:git\+)?(https?:\/\/|ssh:\/\/)/.test(word)
      ? parseUrl(word.replace(/^git\+/, ''))
      : undefined;
    if (
      address !== undefined &&
      !isLocalHost(address.host) &&
      !isKnownApi(address.host) &&
      !isKnownRegistry(address.host)
    )
      return [`a package from ${address.host}`, 'medium'];
    const twin = lookalikeOf(ECOSYSTEMS[name] ?? 'npm', bareName(word));
    if (twin !== undefined) return [`${bareName(word)}, a name like ${twin}`, 'high'];
  }
  return undefined;
}

const ECOSYSTEMS: Readonly<Record<string, 'npm' | 'pypi' | undefined>> = {
  pip: 'pypi',
  pipx: 'pypi',
  uv: 'pypi',
  uvx: 'pypi',
  poetry: 'pypi',
};
const INSTALLS = /^(?:install|i|in|add|isntall|dlx|x|exec|run|inject)$/;

/** What is installed; `undefined` when the command installs nothing by name. */
function packagesOf(name: string, words: readonly string[]): readonly string[] | undefined {
  if (/^(?:npx|bunx|pnpx|uvx)$/.test(name)) return words.slice(0, 1);
  if (name === 'uv')
    return words[0] === 'pip' || words[0] === 'tool'
      ? INSTALLS.test(words[1] ?? '')
        ? words.slice(2)
        : undefined
      : words[0] === 'add'
        ? words.slice(1)
        : undefined;
  if (!INSTALLS.test(words[0] ?? '') || (words[0] === 'run' && name !== 'pipx')) return undefined;
  return words[0] === 'exec' || words[0] === 'dlx' || words[0] === 'x' || words[0] === 'run'
    ? words.slice(1, 2)
    : words.slice(1);
}

/** Add-ons an agent or editor obeys or runs; the makers' own are known by their name. */
function addOnOf(name: string, words: readonly string[]): string | undefined {
  const line = words.join(' ');
  if (name === 'npx' && /^skills(?:@\S+)? add/.test(line)) return `the skills ${words[2] ?? ''}`.trimEnd();
  if (
    name === 'claude' &&
    /^plugin (?:install|marketplace add)/.test(line) &&
    !/anthropics\/|@claude-plugins-official|@claude-code-plugins/.test(line)
  )
    return `the plugin ${words.at(-1) ?? ''}`;
  if (/^(?:openclaw|clawhub)$/.test(name) && /\b(?:install|add)\b/.test(line))
    return `the skill ${words.at(-1) ?? ''}`;
  return undefined;
}

function bareName(word: string): string {
  return word
    .toLowerCase()
    .replace(/(?<=.)@.*$/s, '')
    .replace(/[=<>~![;].*$/s, '');
}
