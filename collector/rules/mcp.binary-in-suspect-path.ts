import type { McpServer } from '../contract/agent.ts';
import type { InventoryRule } from './rule.ts';
import { serverFact } from './shared/example-facts.ts';

/** Where programs land that nobody installed. Caches of package runners are packages: other rules judge them. */
const SUSPECT: readonly (readonly [RegExp, string])[] = [
  [/^(?:\/private)?(?:\/tmp|\/var\/tmp|\/dev\/shm|\/var\/folders)\//, 'a folder for temporary files'],
  [
    /^\/?[A-Za-z]:[/\\](?:Users[/\\][^/\\]+[/\\]AppData[/\\]Local[/\\]Temp|Windows[/\\]Temp)[/\\]/i,
    'a folder for temporary files',
  ],
  [
    /^(?:~|\/home\/[^/]+|\/Users\/[^/]+|[A-Za-z]:[/\\]Users[/\\][^/\\]+)[/\\]Downloads[/\\]/,
    'the folder for downloads',
  ],
  [/[/\\](?:\.Trash|Trash[/\\]files|\$Recycle\.Bin)[/\\]/i, 'the trash'],
  [/^(?:\\\\|\/\/)[\w.-]+[/\\]/, 'another machine'],
  [/^[A-Za-z]:[/\\]Users[/\\]Public[/\\]/i, 'a folder everybody may write to'],
];
const CACHES = /[/\\](?:_npx|\.npm|\.cache|\.bun|uv[/\\]cache|pnpm|node_modules|site-packages)[/\\]/i;
const RUNTIMES =
  /(?:^|[/\\])(?:node|nodejs|bun|deno|tsx|python[\d.]*|pythonw?|ruby|php|perl|java|bash|sh|zsh|pwsh|powershell|dotnet)(?:\.exe)?$/i;

export const mcpBinaryInSuspectPath: InventoryRule = {
  on: 'inventory',
  id: 'mcp.binary-in-suspect-path',
  code: 'P-04',
  title: 'MCP server runs from a place where programs do not belong',
  severity: 'high',
  confidence: 'medium',
  why: 'The program of this tool server lies where downloads, temporary files or files of other people lie. It was not installed, and somebody else can often replace it.',
  triage: 'Who put the file there, and does it still exist?',
  advice: 'Remove the server, or install its program properly and point the configuration there.',
  falsePositives: ['A server you try out at the moment.'],
  references: ['https://attack.mitre.org/techniques/T1036/005/'],
  taxonomies: { attack: ['T1036.005', 'T1564.001'], atlas: ['AML.T0110.001'], owasp: ['ASI04'] },
  bundles: ['MAL', 'CFG'],
  match(fact) {
    if (fact.kind !== 'mcp-server' || !fact.server.enabled || fact.server.command === undefined) return [];
    for (const path of programsOf(fact.server)) {
      const place = SUSPECT.find(([pattern]) => pattern.test(path))?.[1];
      if (place === undefined || CACHES.test(path)) continue;
      return [
        { subject: path, detail: `The server "${fact.server.name}" runs ${path}, which lies in ${place}.` },
      ];
    }
    return [];
  },
  examples: {
    hit: [
      { name: 'program in /tmp', fact: serverFact({ command: '/tmp/.x/server' }) },
      { name: 'script in shared memory', fact: serverFact({ command: 'node', args: ['/dev/shm/a.js'] }) },
      {
        name: 'download',
        fact: serverFact({ command: 'python3', args: ['-u', '/home/dev/Downloads/mcp/server.py'] }),
      },
      { name: 'Windows temp', fact: serverFact({ command: 'C:\\Users\\dev\\AppData\\Local\\Temp\\s.exe' }) },
      { name: 'network share', fact: serverFact({ command: '\\\\fileserver\\tools\\mcp.exe' }) },
    ],
    miss: [
      {
        name: 'project',
        guards: 'own servers',
        fact: serverFact({ command: 'node', args: ['/home/dev/app/server.js'] }),
      },
      {
        name: 'folder to work on',
        guards: 'servers that get a folder as an argument',
        fact: serverFact({
          command: 'npx',
          args: ['-y', '@modelcontextprotocol/server-filesystem', '/tmp/'],
        }),
      },
      {
        name: 'package cache',
        guards: 'files of package runners',
        fact: serverFact({ command: '/tmp/x/.cache/uv/bin/server' }),
      },
      {
        name: 'switched off',
        guards: 'servers that do not run',
        fact: serverFact({ enabled: false, command: '/tmp/server' }),
      },
      {
        name: 'installed',
        guards: 'programs of the system',
        fact: serverFact({ command: '/usr/local/bin/mcp' }),
      },
      {
        name: 'log in temp',
        guards: 'other arguments of a runtime',
        fact: serverFact({ command: 'node', args: ['/opt/mcp/s.js', '/tmp/log'] }),
      },
    ],
  },
};

/** The program, and the file it runs when it is a runtime. */
function programsOf({ command = '', args = [] }: McpServer): string[] {
  const script = RUNTIMES.test(command) ? args.slice(0, 50).find((arg) => !arg.startsWith('-')) : undefined;
  return script === undefined ? [command] : [command, script];
}
