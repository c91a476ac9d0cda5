import type { McpServer } from '../contract/agent.ts';
import type { Severity } from '../contract/finding.ts';
import type { InventoryRule } from './rule.ts';
import { serverFact } from './shared/example-facts.ts';

interface Excess {
  readonly words: string;
  readonly severity: Severity;
}

const HOME = String.raw`(?:~|\$HOME|\$\{HOME\}|\$\{userHome\}|/home/[^/:,]+|/Users/[^/:,]+|/root|[A-Za-z]:[/\\]Users[/\\][^/\\:,]+)`;
const WHOLE_DISK = /^(?:\/|[A-Za-z]:[/\\]{0,2})$/;
const WHOLE_HOME = new RegExp(`^${HOME}[/\\\\]?$`);
const SECRET_FOLDER = new RegExp(
  `^${HOME}[/\\\\]\\.(?:ssh|aws|gnupg|kube|azure|docker|config/gcloud)(?:[/\\\\]|$)`,
);
const SOCKET = /\/(?:docker|podman|containerd|crio)\.sock$|^\\\\\.\\pipe\\docker_engine/;
const BROWSER_PROFILE =
  /(?:^|=)[^=]*(?:[/\\]Google[/\\]Chrome(?:[/\\]User Data)?|[/\\]google-chrome|[/\\]Microsoft[/\\]Edge[/\\]User Data|[/\\]Application Support[/\\](?:Google[/\\]Chrome|Firefox|BraveSoftware)|[/\\]\.mozilla[/\\]firefox)(?:[/\\]|$)/i;
const FILE_SERVER =
  /(?:^|[/@-])(?:server-filesystem|mcp-server-filesystem|filesystem-mcp|mcp-filesystem(?:-server)?)(?:@[\w.-]+)?$/;

export const mcpExcessPrivilege: InventoryRule = {
  on: 'inventory',
  id: 'mcp.excess-privilege',
  code: 'P-14',
  title: 'MCP server is given far more than a tool needs',
  severity: 'high',
  confidence: 'high',
  why: 'The tool server gets the whole disk, the control of all containers or a folder of keys. A single bad answer or a bad text in what it reads can then use all of it.',
  triage: 'What is the server for, and which folder or right does that need?',
  advice: 'Give it one folder, read-only where possible, and no socket, keys or administrator role.',
  falsePositives: ['Servers for administrators whose task is this very thing.'],
  references: ['https://owasp.org/www-project-mcp-top-10/', 'https://atlas.mitre.org/techniques/AML.T0053'],
  taxonomies: { attack: ['T1611'], atlas: ['AML.T0053'], owasp: ['MCP02', 'ASI03', 'LLM06:2025'] },
  bundles: ['ACC'],
  match(fact) {
    if (fact.kind !== 'mcp-server' || !fact.server.enabled) return [];
    const { server } = fact;
    const worst = excessOf(server);
    if (worst === undefined) return [];
    return [
      {
        subject: `${server.configPath}#${server.pointer}`,
        detail: `The server "${server.name}" in ${server.configPath} ${worst.words}.`,
        severity: worst.severity,
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'control of all containers',
        fact: serverFact({
          command: 'docker',
          args: ['run', '-v', '/var/run/docker.sock:/var/run/docker.sock', 'example/mcp'],
        }),
      },
      {
        name: 'all rights in a container',
        fact: serverFact({ command: 'docker', args: ['run', '--privileged', 'example/mcp'] }),
      },
      {
        name: 'whole disk in a container',
        fact: serverFact({ command: 'podman', args: ['run', '--volume=/:/host', 'example/mcp'] }),
      },
      {
        name: 'keys by mount',
        fact: serverFact({
          command: 'docker',
          args: ['run', '--mount', 'type=bind,source=/home/dev/.ssh,target=/keys', 'example/mcp'],
        }),
      },
      {
        name: 'files of the whole disk',
        fact: serverFact({ command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '/'] }),
      },
      {
        name: 'files of the whole home (medium)',
        fact: serverFact({
          command: 'npx',
          args: ['-y', '@modelcontextprotocol/server-filesystem@1.0.0', '/Users/dev'],
        }),
      },
      {
        name: 'role that ignores access rules (medium)',
        fact: serverFact({ command: 'npx', args: ['db-mcp'], envNames: ['SUPABASE_SERVICE_ROLE_KEY'] }),
      },
      {
        name: 'browser of every day (medium)',
        fact: serverFact({
          command: 'npx',
          args: ['@playwright/mcp', '--user-data-dir=/home/dev/.config/google-chrome'],
        }),
      },
    ],
    miss: [
      {
        name: 'one folder',
        guards: 'servers for a project',
        fact: serverFact({
          command: 'npx',
          args: ['@modelcontextprotocol/server-filesystem', '/home/dev/app'],
        }),
      },
      {
        name: 'project in a container',
        guards: 'ordinary mounts',
        fact: serverFact({
          command: 'docker',
          args: ['run', '-i', '-v', '/home/dev/app:/work:ro', 'example/mcp'],
        }),
      },
      {
        name: 'root path as data',
        guards: 'a route, not a folder',
        fact: serverFact({ command: 'npx', args: ['example-http-mcp', '--path', '/'] }),
      },
      {
        name: 'browser with a profile of its own',
        guards: 'browser servers as they should be',
        fact: serverFact({
          command: 'npx',
          args: ['@playwright/mcp', '--user-data-dir=/home/dev/.cache/mcp-profile'],
        }),
      },
      {
        name: 'switched off',
        guards: 'servers that do not run',
        fact: serverFact({ enabled: false, command: 'docker', args: ['run', '--privileged', 'example/mcp'] }),
      },
      {
        name: 'public key',
        guards: 'roles that follow access rules',
        fact: serverFact({ command: 'npx', args: ['db-mcp'], envNames: ['SUPABASE_ANON_KEY'] }),
      },
    ],
  },
};

function excessOf(server: McpServer): Excess | undefined {
  const args = (server.args ?? []).slice(0, 200);
  if (/(?:^|[/\\])(?:docker|podman)(?:\.exe)?$/i.test(server.command ?? '')) {
    const container = containerExcess(args);
    if (container !== undefined) return container;
  }
  const at = args.findIndex((arg) => FILE_SERVER.test(arg));
  if (at >= 0 || FILE_SERVER.test(server.command ?? '')) {
    const roots = args.slice(at + 1).filter((arg) => !arg.startsWith('-'));
    if (roots.some((root) => WHOLE_DISK.test(root)))
      return { words: 'may read and change every file of this machine', severity: 'high' };
    if (roots.some((root) => SECRET_FOLDER.test(root)))
      return { words: 'may read and change a folder of keys', severity: 'high' };
    if (roots.some((root) => WHOLE_HOME.test(root)))
      return { words: 'may read and change the whole home folder', severity: 'medium' };
  }
  if (args.some((arg) => BROWSER_PROFILE.test(arg)))
    return { words: 'drives the browser with your own logins', severity: 'medium' };
  if (server.envNames.some((name) => /SERVICE_ROLE/i.test(name)))
    return { words: 'gets a database role that ignores access rules', severity: 'medium' };
  return undefined;
}

function containerExcess(args: readonly string[]): Excess | undefined {
  if (args.includes('--privileged') || args.includes('--privileged=true'))
    return { words: 'runs in a container with all rights on this machine', severity: 'high' };
  for (const source of mountsOf(args)) {
    if (SOCKET.test(source)) return { words: 'controls all containers of this machine', severity: 'high' };
    if (WHOLE_DISK.test(source)) return { words: 'gets the whole disk mounted', severity: 'high' };
    if (SECRET_FOLDER.test(source)) return { words: `gets the keys in ${source} mounted`, severity: 'high' };
    if (WHOLE_HOME.test(source)) return { words: 'gets the whole home folder mounted', severity: 'medium' };
  }
  return undefined;
}

function mountsOf(args: readonly string[]): string[] {
  return args.flatMap((arg, at) => {
    const value = /^(?:-v|--volume|--mount)$/.test(arg)
      ? args[at + 1]
      : /^(?:--volume=|--mount=|-v(?=[/~$]))(.{1,500})$/.exec(arg)?.[1];
    if (value === undefined) return [];
    const named = /(?:^|,)(?:source|src)=([^,]{1,400})/.exec(value)?.[1];
    return [named ?? value.replace(/(?<=.):[^\\].*$/s, '')];
  });
}
