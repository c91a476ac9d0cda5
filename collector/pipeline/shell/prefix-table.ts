import type { ShellVia } from '../../contract/shell.ts';

/** How a program finds the words it runs. */
export interface PrefixSpec {
  /** Options that take the next argument, blank-separated. */
  readonly takes?: string;
  /** Operands before the command: `timeout 5 cmd`. */
  readonly operands?: number;
  /** `NAME=value` words before the command. */
  readonly assignments?: boolean;
  readonly elevated?: boolean;
  readonly via?: ShellVia;
  readonly keep?: boolean;
  readonly elsewhere?: boolean;
  /** Only when the first operand is this: `poetry run cmd`. */
  readonly verb?: readonly string[];
  /** Switches that make it a question, not a run: `command -v`. */
  readonly asks?: readonly string[];
  /** Which operand says where: the host, the container. */
  readonly where?: number;
}

const LOADER = '--library-path --preload --argv0 --audit --inhibit-rpath --glibc-hwcaps-prepend';
const IMAGE_RUN = '-B --bind -H --home --env -W --workdir --pwd --overlay -S --scratch';

/** Programs that run the words behind them. Options as in their manuals (GNU coreutils 9, sudo 1.9, docker 27, kubectl 1.32). */
export const PREFIXES: Readonly<Record<string, PrefixSpec | undefined>> = {
  sudo: {
    takes:
      '-u -g -h -p -C -r -t -T -U -R -D -a -c --user --group --host --prompt --close-from --role --type --command-timeout --other-user --chroot --chdir --auth-type --login-class',
    assignments: true,
    elevated: true,
    asks: ['-l', '-ll', '--list', '-v', '--validate', '-e', '--edit', '-k', '-K'],
  },
  doas: { takes: '-u -C -a', elevated: true },
  dzdo: { takes: '-u -g', assignments: true, elevated: true },
  pkexec: { takes: '--user', elevated: true },
  run0: { takes: '-u --user -g --group -D --chdir --unit --property', elevated: true },
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  runuser: { takes: '-u -g -G -s --user --group --shell' },
  setpriv: { takes: '--reuid --regid --groups --inh-caps --bounding-set --ambient-caps' },
  env: { takes: '-u --unset -C --chdir', assignments: true },
  nohup: {},
  setsid: {},
  timeout: { takes: '-s -k --signal --kill-after', operands: 1 },
  gtimeout: { takes: '-s -k --signal --kill-after', operands: 1 },
  nice: { takes: '-n --adjustment' },
  ionice: { takes: '-c -n --class --classdata' },
  chrt: { takes: '-T -P -D', operands: 1 },
  taskset: { operands: 1 },
  stdbuf: { takes: '-i -o -e --input --output --error' },
  time: { takes: '-f -o --format --output' },
  gtime: { takes: '-f -o --format --output' },
  command: { asks: ['-v', '-V'] },
  builtin: {},
  exec: { takes: '-a' },
  noglob: {},
  nocorrect: {},
  coproc: {},
  unbuffer: {},
  caffeinate: { takes: '-t -w' },
  arch: { takes: '-arch' },
  'xvfb-run': { takes: '-n -s -e -f -w --server-num --server-args' },
  'dbus-run-session': {},
  'systemd-inhibit': { takes: '--what --who --why --mode' },
  'systemd-run': {
    takes: '-u -p -H -M --unit --property --uid --gid --slice --on-calendar --on-active -E --setenv',
    keep: true,
  },
  strace: { takes: '-o -e -p -s -P -E -u -a -b -I -O -S -X' },
  ltrace: { takes: '-o -e -p -s -u -a -n -l' },
  valgrind: {},
  proxychains: { takes: '-f' },
  proxychains4: { takes: '-f' },
  torsocks: { takes: '-u -p -a -P' },
  torify: {},
  flock: { takes: '-w -E --timeout --conflict-exit-code', operands: 1 },
  chroot: {
    takes: '--userspec --groups',
    operands: 1,
    keep: true,
    elsewhere: true,
    via: 'container',
    where: 0,
  },
  nsenter: { takes: '-t -S -G --target --setuid --setgid', keep: true },
  unshare: { takes: '-S -G -R -w --root --wd --setuid --setgid', keep: true },
  firejail: { keep: true },
  proot: { takes: '-r -b -w -q', keep: true },
  fakeroot: {},
  chpst: { takes: '-u -U -e -/ -n -l -m -d -o -p -f -c' },
  sshpass: { takes: '-p -f -d -P' },
  doppler: { verb: ['run'], takes: '-p -c --project --config' },
  op: { verb: ['run'], takes: '--env-file --account' },
  dotenv: { takes: '-f -e -v' },
  dotenvx: { verb: ['run'], takes: '-f -e' },
  'cross-env': { assignments: true },
  setarch: { operands: 1 },
  linux32: {},
  linux64: {},
  rlwrap: { takes: '-a -b -f -H -p -S -t -q' },
  'ld.so': { takes: LOADER },
  'ld-linux.so.2': { takes: LOADER },
  'ld-linux-x86-64.so.2': { takes: LOADER },
  'ld-linux-aarch64.so.1': { takes: LOADER },
  'ld-musl-x86_64.so.1': { takes: LOADER },
  'ld-musl-aarch64.so.1': { takes: LOADER },
  'flatpak-spawn': { keep: true },
  distrobox: { verb: ['enter'], takes: '-n --name -a', operands: 1, via: 'container', keep: true },
  toolbox: { verb: ['run'], takes: '-c --container -d -r', via: 'container', keep: true },
  apptainer: { verb: ['exec'], takes: IMAGE_RUN, operands: 1, via: 'container', keep: true, where: 0 },
  singularity: { verb: ['exec'], takes: IMAGE_RUN, operands: 1, via: 'container', keep: true, where: 0 },
  machinectl: { verb: ['shell'], takes: '-E --setenv --uid', operands: 1, keep: true },
  heroku: { verb: ['run'], takes: '-a --app -r -s', via: 'remote', keep: true, elsewhere: true },
  dtach: { takes: '-A -a -c -n -N -E -r -e' },
  abduco: { takes: '-e', operands: 1 },
  zellij: { verb: ['run'], takes: '-n --name --cwd -d' },
  'aws-vault': { verb: ['exec'], takes: '-d --duration', operands: 1 },
  poetry: { verb: ['run'], takes: '-C -P --directory --project' },
  pipenv: { verb: ['run'] },
  pdm: { verb: ['run'], takes: '-p' },
  rye: { verb: ['run'] },
  hatch: { verb: ['run'] },
  uv: {
    verb: ['run'],
    takes:
      '-p --python --with --with-requirements --extra --group --env-file --directory --project --index-url --package -m --module',
  },
  conda: { verb: ['run'], takes: '-n -p --name --prefix --cwd' },
  mamba: { verb: ['run'], takes: '-n -p --name --prefix' },
  bundle: { verb: ['exec'] },
  mise: { verb: ['exec', 'x'], takes: '-C -j' },
  asdf: { verb: ['exec'] },
  rbenv: { verb: ['exec'] },
  direnv: { verb: ['exec'], operands: 1 },
  corepack: {},
  busybox: {},
  toybox: {},
  coreutils: {},
  lxc: { verb: ['exec'], operands: 1, via: 'container', keep: true, elsewhere: true, where: 0 },
  multipass: { verb: ['exec'], operands: 1, via: 'container', keep: true, elsewhere: true, where: 0 },
  limactl: { verb: ['shell'], operands: 1, via: 'container', keep: true, elsewhere: true, where: 0 },
  kubectl: {
    verb: ['exec', 'debug', 'run'],
    takes:
      '--image -n --namespace -c --container --context --kubeconfig --cluster --user -f --filename --pod-running-timeout',
    operands: 1,
    via: 'container',
    keep: true,
    elsewhere: true,
    where: 0,
  },
  oc: {
    verb: ['exec', 'rsh'],
    takes: '-n --namespace -c --container',
    operands: 1,
    via: 'container',
    keep: true,
    elsewhere: true,
    where: 0,
  },
  wsl: {
    takes: '-d -u --distribution --user --cd',
    via: 'container',
    keep: true,
    elsewhere: true,
    asks: ['-l', '--list', '--install', '--shutdown', '--status', '--update'],
  },
};
