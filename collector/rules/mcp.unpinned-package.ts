import type { InventoryRule } from './rule.ts';
import { serverFact } from './shared/example-facts.ts';

const RUNNERS =
  /^(?:npx|bunx|pnpx|pnpm|yarn|npm|uvx|uv|pipx|docker|podman|deno|cmd|bash|sh|zsh)(?:\.exe|\.cmd)?$/i;

export const mcpUnpinnedPackage: InventoryRule = {
  on: 'inventory',
  id: 'mcp.unpinned-package',
  code: 'P-01',
  title: 'MCP server runs whatever version is newest',
  severity: 'medium',
  confidence: 'high',
  why: 'The package behind this tool server is fetched again without a fixed version. If its maker, or somebody who took over the package, publishes a bad version, it runs on this machine the same day.',
  triage: 'Look up who publishes the package and whether the server gets credentials.',
  advice:
    'Write an exact version after the package name (an image digest for containers), and raise it on purpose.',
  falsePositives: [
    'Packages of your own company from an internal registry.',
    'A server under development that should float.',
  ],
  references: ['https://attack.mitre.org/techniques/T1195/002/'],
  taxonomies: {
    attack: ['T1195.002'],
    atlas: ['AML.T0010.005', 'AML.T0109'],
    owasp: ['ASI04', 'MCP04', 'LLM03:2025'],
  },
  bundles: ['SUP', 'CHG'],
  match(fact) {
    if (fact.kind !== 'mcp-server' || !fact.server.enabled) return [];
    const { server } = fact;
    const pack = server.package;
    if (pack === undefined || pack.pinned || server.command === undefined) return [];
    const program = server.command.slice(
      Math.max(server.command.lastIndexOf('/'), server.command.lastIndexOf('\\')) + 1,
    );
    if (pack.ecosystem !== 'git' && !RUNNERS.test(program)) return [];
    const unasked =
      server.args?.some((arg) => arg === '-y' || arg === '--yes') === true || pack.ecosystem !== 'npm';
    const source = pack.ecosystem === 'git' || /^(?:git\+|github:|https?:)/.test(pack.name);
    const credentials = server.credentialIds.length > 0;
    return [
      {
        subject: `${pack.ecosystem}:${pack.name}`,
        detail: `The server "${server.name}" starts ${pack.name}${pack.version === undefined ? ' without a version' : ` at the moving version ${pack.version}`}${credentials ? ', and gets credentials' : ''}.`,
        severity: source || (credentials && unasked) ? 'high' : 'medium',
        excerpt: [server.command, ...(server.args ?? [])].join(' '),
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'npx without a version',
        fact: serverFact({
          command: 'npx',
          args: ['-y', 'example-mcp'],
          package: { ecosystem: 'npm', name: 'example-mcp', pinned: false },
        }),
      },
      {
        name: 'latest tag with a credential',
        fact: serverFact({
          command: 'npx',
          args: ['-y', 'example-mcp@latest'],
          credentialIds: ['c1'],
          package: { ecosystem: 'npm', name: 'example-mcp', version: 'latest', pinned: false },
        }),
      },
      {
        name: 'uvx from a repository',
        fact: serverFact({
          command: 'uvx',
          args: ['--from', 'git+https://git.example.com/a/b', 'b'],
          package: { ecosystem: 'git', name: 'git+https://git.example.com/a/b', pinned: false },
        }),
      },
      {
        name: 'image by tag',
        fact: serverFact({
          command: 'docker',
          args: ['run', '-i', 'example/mcp'],
          package: { ecosystem: 'docker', name: 'example/mcp', pinned: false },
        }),
      },
      {
        name: 'Windows shell around npx',
        fact: serverFact({
          command: 'cmd',
          args: ['/c', 'npx', '-y', 'example-mcp'],
          package: { ecosystem: 'npm', name: 'example-mcp', pinned: false },
        }),
      },
    ],
    miss: [
      {
        name: 'exact version',
        guards: 'pinned packages',
        fact: serverFact({
          command: 'npx',
          args: ['-y', 'example-mcp@1.2.3'],
          package: { ecosystem: 'npm', name: 'example-mcp', version: '1.2.3', pinned: true },
        }),
      },
      {
        name: 'image digest',
        guards: 'pinned images',
        fact: serverFact({
          command: 'docker',
          args: ['run', 'example/mcp@sha256:00'],
          package: { ecosystem: 'docker', name: 'example/mcp', pinned: true },
        }),
      },
      {
        name: 'own script',
        guards: 'servers that are no package',
        fact: serverFact({ command: 'node', args: ['/home/dev/app/server.js'] }),
      },
      {
        name: 'switched off',
        guards: 'servers that do not run',
        fact: serverFact({
          enabled: false,
          command: 'npx',
          args: ['example-mcp'],
          package: { ecosystem: 'npm', name: 'example-mcp', pinned: false },
        }),
      },
      {
        name: 'remote',
        guards: 'servers with no local code',
        fact: serverFact({ url: 'https://mcp.example.com/' }),
      },
    ],
  },
};
