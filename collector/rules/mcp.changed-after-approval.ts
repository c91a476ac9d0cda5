import type { McpServer } from '../contract/agent.ts';
import type { InventoryFact, Standing } from '../contract/inventory-fact.ts';
import type { Severity } from '../contract/finding.ts';
import type { InventoryRule } from './rule.ts';
import { serverFact, standing } from './shared/example-facts.ts';
import { parseUrl } from './shared/hosts.ts';

export const mcpChangedAfterApproval: InventoryRule = {
  on: 'inventory',
  id: 'mcp.changed-after-approval',
  code: 'P-06',
  title: 'MCP server is not what was decided on any more',
  severity: 'high',
  confidence: 'high',
  why: 'Somebody looked at this tool server and decided. Since then its program, arguments, address, or the names of its variables changed under the same name, and the decision does not cover what runs now.',
  triage: 'Compare what was decided on with what is configured, and look who changed the file.',
  advice:
    'If the change is yours, approve the server again (`reeve approvals`); otherwise put the old entry back.',
  falsePositives: ['An update tool that raised the version of a pinned package (told as medium).'],
  references: ['https://owasp.org/www-project-mcp-top-10/', 'https://atlas.mitre.org/techniques/AML.T0081'],
  taxonomies: { attack: [], atlas: ['AML.T0109', 'AML.T0081'], owasp: ['MCP03', 'ASI04', 'SAFE-T1201'] },
  bundles: ['CHG', 'INV'],
  match(fact) {
    if (fact.kind !== 'mcp-server' || !fact.server.enabled || fact.standing?.state !== 'changed') return [];
    const { server } = fact;
    const { what, severity } = judge(server, fact.standing);
    return [
      {
        subject: `${server.configPath}#${server.pointer}`,
        detail: `The server "${server.name}" in ${server.configPath} ${what}.`,
        severity,
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'other arguments (high)',
        fact: changed({ command: 'node', args: ['other.js'] }, 'node server.js'),
      },
      {
        name: 'newer version of the same package (medium)',
        fact: changed({ command: 'npx', args: ['-y', 'mcp-x@1.2.4'] }, 'npx -y mcp-x@1.2.3'),
      },
      {
        name: 'another host (critical)',
        fact: changed({ url: 'https://mcp.example.net/' }, 'https://mcp.example.com/'),
      },
      {
        name: 'same host, other path (high)',
        fact: changed({ url: 'https://mcp.example.com/b' }, 'https://mcp.example.com/a'),
      },
      {
        name: 'code in place of a program (critical)',
        fact: changed({ command: 'node', args: ['-e', 'fetch(1)'] }, 'node server.js'),
      },
      {
        name: 'program in place of a service (critical)',
        fact: changed({ command: '/opt/proxy' }, 'https://mcp.example.com/'),
      },
      { name: 'what it was is not known (high)', fact: changed({ command: 'node' }, undefined) },
      {
        name: 'only its variables (high)',
        fact: changed({ command: 'node', args: ['server.js'] }, 'node server.js'),
      },
    ],
    miss: [
      {
        name: 'as approved',
        guards: 'servers that did not change',
        fact: { ...serverFact({ command: 'node' }), standing: standing('approved') },
      },
      {
        name: 'undecided',
        guards: 'servers nobody looked at',
        fact: { ...serverFact({ command: 'node' }), standing: standing('new') },
      },
      {
        name: 'switched off',
        guards: 'servers that do not run',
        fact: changed({ command: 'node', enabled: false }, 'node server.js'),
      },
      { name: 'nothing known', guards: 'a first look', fact: serverFact({ command: 'node' }) },
    ],
  },
};

interface Judged {
  readonly what: string;
  readonly severity: Severity;
}

function judge(server: McpServer, { was, is }: Standing): Judged {
  if (was === undefined) return { what: 'is not what was decided on', severity: 'high' };
  const from = `"${was}" when it was decided on`;
  if (was === is)
    return { what: `gets other variables or headers than when it was decided on`, severity: 'high' };
  const before = hostOf(was);
  const now = hostOf(server.url ?? '');
  if (before !== now)
    return {
      what: `${now === undefined ? 'is a program of this machine' : `reaches ${now}`} now; it was ${from}`,
      severity: 'critical',
    };
  if (INLINE.test(is) && !INLINE.test(was))
    return { what: `runs code written into the file now; it was ${from}`, severity: 'critical' };
  const version = withoutVersions(was) === withoutVersions(is);
  return version
    ? { what: `has another version now; it was ${from}`, severity: 'medium' }
    : { what: `starts or reaches something else now; it was ${from}`, severity: 'high' };
}

// `node -e`, `bash -lc`, `powershell -EncodedCommand`
const INLINE =
  /(?:^|[\\/])(?:node|bun|deno|python[\d.]*|perl|ruby|php|(?:ba|z|da)?sh|cmd|pwsh|powershell)(?:\.exe)? (?:.{0,80} )?(?:-l?c|-e|-p|--eval|\/c|-Command|-enc\w{0,12})(?: |$)/i;

function hostOf(text: string): string | undefined {
  return /^[a-z]{2,6}:\/\//i.test(text) ? parseUrl(text)?.host : undefined;
}

// `mcp-x@1.2.3`, `image:1.4`, `pkg==2.0.1`, `@sha256:…`
function withoutVersions(text: string): string {
  return text.replaceAll(/(?:@|:|==)(?:sha256:[0-9a-f]{8,64}|v?\d[\w.+-]{0,40})/g, '@*');
}

function changed(fields: Partial<McpServer>, was: string | undefined): InventoryFact {
  const fact = serverFact(fields);
  const { url, command, args = [] } = fact.server;
  return {
    ...fact,
    standing: standing('changed', {
      is: url ?? [command ?? '', ...args].join(' '),
      ...(was !== undefined && { was }),
    }),
  };
}
