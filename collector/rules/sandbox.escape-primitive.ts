import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import {
  canonicalName,
  describeCommand,
  findOption,
  findOptions,
  hasFlag,
  subcommandOf,
} from './shared/commands.ts';
import { onCall } from './shared/on-call.ts';
import { secretMount } from './shared/secret-mounts.ts';

export const sandboxEscapePrimitive: EventRule = {
  on: 'event',
  id: 'sandbox.escape-primitive',
  code: 'B-38',
  title: 'Way out of a container or sandbox',
  severity: 'critical',
  confidence: 'medium',
  why: 'With this step a program in a container, or a user without rights, gets the whole computer. Programming tasks hardly ever need it.',
  triage: 'See which image or program got the access, and what it did with it.',
  advice: 'Stop the container. Give agents a container engine without root (rootless), and no socket.',
  falsePositives: [
    'Tools that look into the container engine (reported as low).',
    'Set-up of emulators for other processors (reported as low).',
    'Logins given to the tool of their own maker, keys given to package managers (reported as low).',
  ],
  references: ['https://attack.mitre.org/techniques/T1611/'],
  taxonomies: { attack: ['T1611'], atlas: ['AML.T0105'], owasp: ['ASI05'] },
  bundles: ['CFG'],
  trigger: {
    programs: [
      'docker run',
      'docker create',
      'podman run',
      'nerdctl run',
      'curl --unix-socket',
      'nsenter',
      'insmod',
      'chroot',
      'kubectl run',
      'kubectl debug',
      'kubectl apply',
      'tee',
      'mount',
      'debugfs',
      'docker exec',
      'wsl',
    ],
    signs: ['kernel-write'],
  },
  match: onCall((event, context) => {
    const asked = askedFor(context, [
      'privileged',
      'docker socket',
      'docker-in-docker',
      'dind',
      'kernel module',
      'nsenter',
      'chroot',
      'binfmt',
      'flash',
      'board',
      'usb',
      'serial',
      'firmware',
      'driver',
      'kernel module',
    ]);
    return (event.shell?.commands ?? []).flatMap((command): Match[] => {
      const way = wayOut(command);
      if (way === undefined) return [];
      return [
        {
          subject: way[0],
          detail: `The agent used ${way[0]}.`,
          severity: asked && way[1] !== 'critical' ? 'low' : way[1],
          excerpt: describeCommand(command),
        },
      ];
    });
  }),
  examples: {
    hit: [
      {
        name: 'disk of the host',
        calls: [{ shell: 'docker run --rm -it -v /:/host alpine chroot /host sh' }],
      },
      {
        name: 'disk by mount',
        calls: [{ shell: 'docker run --mount type=bind,source=/,target=/h alpine ls /h' }],
      },
      {
        name: 'all rights and processes',
        calls: [{ shell: 'docker run --privileged --pid=host alpine nsenter -t 1 -m -u -n -i sh' }],
      },
      { name: 'all rights', calls: [{ shell: 'podman run --privileged ubuntu bash' }] },
      {
        name: 'socket',
        calls: [{ shell: 'docker run -v /var/run/docker.sock:/var/run/docker.sock acme/tool' }],
      },
      {
        name: 'socket by curl',
        calls: [
          {
            shell: `curl --unix-socket /var/run/docker.sock -X POST http://x/containers/create -d '{"HostConfig":{"Binds":["/:/h"]}}'`,
          },
        ],
      },
      {
        name: 'keys of the person',
        calls: [{ shell: 'docker run --rm -v ~/.ssh:/root/.ssh alpine cat /root/.ssh/id_ed25519' }],
      },
      {
        name: 'logins of agents',
        calls: [{ shell: 'podman run --mount type=bind,source=/home/dev/.claude,target=/c acme/tool' }],
      },
      {
        name: 'logins for their own tool (low)',
        calls: [{ shell: 'docker run --rm -v ~/.aws:/root/.aws:ro amazon/aws-cli s3 ls' }],
      },
      { name: 'into the first process', calls: [{ shell: 'sudo nsenter --target 1 --mount --pid sh' }] },
      { name: 'kernel module', calls: [{ shell: "bash -c 'sudo insmod ./x.ko'" }] },
      {
        name: 'handler of crashes',
        calls: [{ shell: "echo '|/tmp/x' | sudo tee /proc/sys/kernel/core_pattern" }],
      },
      { name: 'release agent', calls: [{ shell: 'echo /cmd > /sys/fs/cgroup/rdma/release_agent' }] },
      {
        name: 'pod with the host',
        calls: [
          {
            shell: `kubectl run x --image=alpine --overrides='{"spec":{"hostPID":true,"containers":[{"name":"x","image":"alpine","securityContext":{"privileged":true}}]}}'`,
          },
        ],
      },
      { name: 'shell of the host disk', calls: [{ shell: 'chroot /host /bin/sh' }] },
    ],
    miss: [
      {
        name: 'project folder',
        guards: 'volumes of the project',
        calls: [{ shell: 'docker run --rm -v "$PWD":/src -w /src node:24 npm test' }],
      },
      {
        name: 'named volume',
        guards: 'data of a database',
        calls: [{ shell: 'docker run -d -v pgdata:/var/lib/postgresql/data postgres:17' }],
      },
      {
        name: 'single right',
        guards: 'small rights',
        calls: [{ shell: 'docker run --cap-add NET_ADMIN wireguard' }],
      },
      {
        name: 'into a container',
        guards: 'ordinary debugging',
        calls: [{ shell: 'docker exec -it web sh' }],
      },
      {
        name: 'engine by its own tool',
        guards: 'the client uses the socket itself',
        calls: [{ shell: 'docker ps && docker system df' }],
      },
      {
        name: 'debugging a pod',
        guards: 'a container beside it',
        calls: [{ shell: 'kubectl debug -it api-0 --image=busybox --target=api' }],
      },
      {
        name: 'image of a disk',
        guards: 'building images',
        calls: [{ shell: 'sudo mount -o loop image.iso /mnt/iso' }],
      },
      {
        name: 'public part',
        guards: 'lists of known machines',
        calls: [{ shell: 'docker run -v ~/.ssh/known_hosts:/etc/ssh/ssh_known_hosts:ro acme/deploy' }],
      },
      {
        name: 'folder below',
        guards: 'folders that are not the root',
        calls: [{ shell: 'docker run -v /home/dev/app/data:/data alpine ls /data' }],
      },
      {
        name: 'chroot of a build',
        guards: 'roots of packages',
        calls: [{ shell: 'sudo chroot build/rootfs apt-get update' }],
      },
    ],
  },
};

type Way = readonly [what: string, severity: Severity];

/** Images that look at or drive the engine for a living. */
const ENGINE_TOOLS =
  /(?:^|[\s/])(?:dive|trivy|grype|syft|portainer(?:-ce)?|lazydocker|watchtower|traefik|act|localstack|ryuk|docker|cadvisor|dozzle|ctop|scout|super-linter|super-linter:\S+|hadolint|kind|k3d|k3s|minikube|renovate|buildkit|binfmt|telegraf|promtail|vector|nginx-proxy|caddy-docker-proxy|gitlab-runner|runner|kaniko|dagger|earthly|qemu-user-static)(?::|\s|$)/;
const KERNEL_DOORS =
  /^\/(?:proc\/sys\/kernel\/(?:core_pattern|modprobe)|proc\/sysrq-trigger|sys\/fs\/cgroup\/\S*(?:release_agent|devices\.allow)|sys\/kernel\/uevent_helper|proc\/1\/root\/)/;

function wayOut(command: ShellCommand): Way | undefined {
  const name = canonicalName(command.program);
  const { args } = command;
  if (
    command.redirects.some(
      ({ operator, target }) => operator.includes('>') && target !== undefined && KERNEL_DOORS.test(target),
    )
  )
    return ['a door of the kernel', 'critical'];
  switch (name) {
    case 'docker':
    case 'podman':
    case 'nerdctl':
      return /^(?:run|create|container)$/.test(subcommandOf(command).verb) ? container(args) : undefined;
    case 'curl':
      return /(?:docker|containerd|podman)\.sock/.test(findOption(args, ['--unix-socket']) ?? '')
        ? /\/(?:create|exec|start|build)|-X ?POST|"Binds"/.test(args.join(' '))
          ? ['the socket of the container engine', 'critical']
          : ['the socket of the container engine', 'low']
        : undefined;
    case 'nsenter':
      return /(?:^|\s)(?:-t ?|--target[ =])1(?:\s|$)|-a\b|--all\b/.test(args.join(' '))
        ? ['nsenter into the first process', 'critical']
        : undefined;
    case 'insmod':
      // A driver built in the work folder is what is being written.
      return command.cwd !== undefined && args.some((word) => /^[\w][\w./-]*\.ko$/.test(word))
        ? ['a kernel module of the project', 'medium']
        : ['a kernel module', 'critical'];
    case 'modprobe':
      return undefined;
    case 'chroot':
      return /^\/(?:host|hostfs|rootfs|mnt\/host|h|hostroot)\/?$/.test(
        args.find((word) => !word.startsWith('-')) ?? '',
      )
        ? ['a shell on the disk of the host', 'critical']
        : undefined;
    case 'kubectl':
      return /"?(?:hostPID|hostNetwork|hostIPC)"?\s*[:=]\s*true|"?privileged"?\s*:\s*true|"?hostPath"?\s*:\s*\{\s*"?path"?\s*:\s*"\/"/.test(
        `${args.join(' ')} ${command.stdinText ?? ''}`,
      )
        ? ['a pod with the rights of its host', 'critical']
        : subcommandOf(command).words[0] === 'debug' && /(?:^|\s)nodes?\//.test(args.join(' '))
          ? ['a pod on the disk of its host', 'medium']
          : undefined;
    case 'tee':
      return args.some((word) => KERNEL_DOORS.test(word)) ? ['a door of the kernel', 'critical'] : undefined;
    case 'debugfs':
      return hasFlag(args, 'w') ? ['raw access to a disk', 'critical'] : undefined;
    default:
      return undefined;
  }
}

function container(args: readonly string[]): Way | undefined {
  const line = args.join(' ');
  const tool = ENGINE_TOOLS.test(line);
  const mounts = [
    ...findOptions(args, ['-v', '--volume']),
    ...findOptions(args, ['--mount']).map((word) => `${/(?:source|src)=([^,]*)/.exec(word)?.[1] ?? ''}:`),
  ];
  if (mounts.some((mount) => /^\/dev(?:\/[^:]*)?:/.test(mount)) && !tool)
    return ['a container with the devices of the host', 'medium'];
  if (mounts.some((mount) => /^(?:\/|[A-Za-z]:[\\/]?|\/(?:etc|root|boot|proc|sys)):/.test(mount)))
    return tool
      ? ['a container with a system folder', 'low']
      : ['a container with the disk of the host', 'critical'];
  if (
    args.includes('--privileged') ||
    args.includes('--privileged=true') ||
    /--cap-add[ =](?:ALL|SYS_ADMIN|SYS_MODULE|SYS_PTRACE)\b/.test(line)
  ) {
    const processes = /--pid[ =]host/.test(line);
    return tool
      ? ['a container with all rights', 'low']
      : ['a container with all rights', processes ? 'critical' : 'high'];
  }
  const secrets = secretMount(args);
  if (secrets !== undefined) return [secrets.what, secrets.severity];
  if (mounts.some((mount) => /(?:docker|containerd|podman)\.sock/.test(mount)))
    return ['a container with the socket of the engine', tool ? 'low' : 'medium'];
  return /--pid[ =]host/.test(line)
    ? ['a container with the processes of the host', tool ? 'low' : 'high']
    : undefined;
}
