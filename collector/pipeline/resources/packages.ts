import type { ShellCommand } from '../../contract/shell.ts';
import { operandsOf } from '../../rules/shared/options.ts';
import { subcommandOf } from '../../rules/shared/subcommands.ts';
import type { ResourceList } from './collect.ts';

interface PackageProgram {
  readonly ecosystem: string;
  /** Verbs that install or run what is named behind them; `''` = the program itself does (`npx`). */
  readonly verbs: readonly string[];
  readonly publish?: readonly string[];
  /** Only the first operand is a package: `npx pkg args`. */
  readonly one?: boolean;
}

const NPM = ['install', 'i', 'add', 'in', 'isntall'];

const PROGRAMS: Readonly<Record<string, PackageProgram>> = {
  npm: { ecosystem: 'npm', verbs: NPM, publish: ['publish'] },
  pnpm: { ecosystem: 'npm', verbs: [...NPM, 'dlx'], publish: ['publish'] },
  yarn: { ecosystem: 'npm', verbs: ['add', 'dlx', 'global'], publish: ['publish'] },
  bun: { ecosystem: 'npm', verbs: ['add', 'install', 'i', 'x'], publish: ['publish'] },
  npx: { ecosystem: 'npm', verbs: [''], one: true },
  bunx: { ecosystem: 'npm', verbs: [''], one: true },
  pnpx: { ecosystem: 'npm', verbs: [''], one: true },
  pip: { ecosystem: 'pypi', verbs: ['install', 'download', 'wheel'] },
  pipx: { ecosystem: 'pypi', verbs: ['install', 'run', 'inject'] },
  uv: { ecosystem: 'pypi', verbs: ['add', 'pip', 'tool'], publish: ['publish'] },
  uvx: { ecosystem: 'pypi', verbs: [''], one: true },
  poetry: { ecosystem: 'pypi', verbs: ['add'], publish: ['publish'] },
  pdm: { ecosystem: 'pypi', verbs: ['add'], publish: ['publish'] },
  twine: { ecosystem: 'pypi', verbs: [], publish: ['upload'] },
  conda: { ecosystem: 'conda', verbs: ['install'] },
  mamba: { ecosystem: 'conda', verbs: ['install'] },
  cargo: { ecosystem: 'cargo', verbs: ['install', 'add', 'binstall'], publish: ['publish'] },
  gem: { ecosystem: 'gem', verbs: ['install'], publish: ['push'] },
  go: { ecosystem: 'go', verbs: ['install', 'get'] },
  brew: { ecosystem: 'brew', verbs: ['install', 'reinstall', 'tap', 'upgrade'] },
  apt: { ecosystem: 'apt', verbs: ['install'] },
  'apt-get': { ecosystem: 'apt', verbs: ['install'] },
  dnf: { ecosystem: 'rpm', verbs: ['install'] },
  yum: { ecosystem: 'rpm', verbs: ['install'] },
  apk: { ecosystem: 'apk', verbs: ['add'] },
  choco: { ecosystem: 'choco', verbs: ['install'] },
  winget: { ecosystem: 'winget', verbs: ['install'] },
  scoop: { ecosystem: 'scoop', verbs: ['install'] },
  composer: { ecosystem: 'composer', verbs: ['require'] },
};
const PACKAGE_PROGRAMS: ReadonlyMap<string, PackageProgram> = new Map(Object.entries(PROGRAMS));

const TAKES = new Set(
  '-r --requirement -c --constraint -i --index-url --extra-index-url -t --target --prefix --registry --python -p --package --from --with -C --dir --cwd --filter -F -w --workspace --features --git --path --version --trusted-host -f --find-links --tag --access --group -n --name'.split(
    ' ',
  ),
);

/** `npm:left-pad@1.3.0`, `pypi:requests==2.31`, installed (`execute`: installing runs code) or published. */
export function addPackages(name: string, command: ShellCommand, list: ResourceList): void {
  const program = PACKAGE_PROGRAMS.get(name);
  if (program === undefined) {
    if (
      name === 'python' &&
      command.args[0] === '-m' &&
      command.args[1] === 'pip' &&
      command.args[2] === 'install'
    ) {
      addNames('pypi', operandsOf(command.args.slice(3), TAKES), list);
    }
    return;
  }
  const { ecosystem } = program;
  if (program.verbs[0] === '') {
    const named = packageOption(command.args);
    const first = operandsOf(command.args, TAKES)[0];
    addNames(ecosystem, named ?? (first === undefined ? [] : [first]), list);
    return;
  }
  const { verb, rest } = subcommandOf(command);
  if (program.publish?.includes(verb) === true) {
    list.add('package', `${ecosystem}:${command.cwd ?? '.'}`, 'publish');
    return;
  }
  if (!program.verbs.includes(verb)) return;
  let names = operandsOf(rest, TAKES);
  // `uv pip install x`, `uv tool install x`, `yarn global add x`: one word more.
  if (verb === 'pip' || verb === 'tool' || verb === 'global') {
    if (!/^(?:install|run|add)$/.test(names[0] ?? '')) return;
    names = names.slice(1);
  }
  if (verb === 'dlx' || verb === 'x' || verb === 'run') names = names.slice(0, 1);
  addNames(ecosystem, names, list);
}

function packageOption(args: readonly string[]): string[] | undefined {
  const at = args.findIndex((arg) => arg === '-p' || arg === '--package' || arg === '--from');
  const value = at < 0 ? undefined : args[at + 1];
  return value === undefined ? undefined : [value];
}

function addNames(ecosystem: string, names: readonly string[], list: ResourceList): void {
  for (const name of names) {
    // Local folders and files are no registry packages.
    if (
      /^[./~]/.test(name) ||
      name.includes('$') ||
      /\.(?:whl|tgz|tar\.gz|txt)$/.test(name) ||
      name.length > 214
    )
      continue;
    list.add('package', `${ecosystem}:${name.includes('://') ? withoutUserInfo(name) : name}`, 'execute');
  }
}

function withoutUserInfo(text: string): string {
  return text.replace(/:\/\/[^/@]*@/, '://').replace(/[?#].*$/s, '');
}
