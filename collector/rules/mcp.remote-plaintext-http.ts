import type { InventoryRule, Match } from './rule.ts';
import { serverFact } from './shared/example-facts.ts';
import { classifyHost, parseUrl } from './shared/hosts.ts';

const PLAIN = new Set(['http', 'ws']);
/** Programs that connect a local tool to a remote server whose address is an argument. */
const BRIDGES =
  /(?:^|[/\\@ ])(?:mcp-remote|supergateway|mcp-proxy|mcp-bridge|fastmcp)(?:@[\w.-]+)?(?:$|[ /\\])/;

export const mcpRemotePlaintextHttp: InventoryRule = {
  on: 'inventory',
  id: 'mcp.remote-plaintext-http',
  code: 'P-02',
  title: 'MCP server reached over an unprotected connection',
  severity: 'high',
  confidence: 'high',
  why: 'The agent talks to this tool server without encryption. Anybody on the way can read what is sent and change the answers the agent acts on.',
  triage: 'Is the address on the Internet or in the company network, and does the server get a token?',
  advice: 'Use the https address of the server; if it has none, put it behind one that does.',
  falsePositives: ['Test servers in a lab network.'],
  references: ['https://attack.mitre.org/techniques/T1557/'],
  taxonomies: { attack: ['T1557'], atlas: ['AML.T0113'], owasp: ['MCP07', 'ASI07'] },
  bundles: ['CFG', 'DLP'],
  match(fact) {
    if (fact.kind !== 'mcp-server' || !fact.server.enabled) return [];
    const { server } = fact;
    const line = [server.command ?? '', ...(server.args ?? [])].join(' ').slice(0, 4000);
    const urls = [
      ...(server.url === undefined ? [] : [server.url]),
      ...(BRIDGES.test(line) ? (server.args ?? []) : []),
    ];
    const found: Match[] = [];
    for (const raw of urls.slice(0, 50)) {
      const url = /^[a-z]{2,5}:\/\//i.test(raw) ? parseUrl(raw) : undefined;
      if (url === undefined || !PLAIN.has(url.scheme)) continue;
      const kind = classifyHost(url.host);
      if (kind === 'loopback' || kind === 'unspecified') continue;
      const inside = kind === 'private' || kind === 'local-name' || kind === 'link-local';
      const secret = server.credentialIds.length > 0;
      found.push({
        subject: url.host,
        detail: `The server "${server.name}" is reached at ${url.url}, without encryption${secret ? ', and a credential is sent along' : ''}.`,
        severity: inside ? 'medium' : 'high',
      });
    }
    return found;
  },
  examples: {
    hit: [
      { name: 'Internet address', fact: serverFact({ url: 'http://mcp.example.com/sse' }) },
      { name: 'web socket', fact: serverFact({ url: 'ws://mcp.example.com/' }) },
      { name: 'company network (medium)', fact: serverFact({ url: 'http://192.168.7.9:8000/mcp' }) },
      {
        name: 'address behind a bridge',
        fact: serverFact({ command: 'npx', args: ['-y', 'mcp-remote@0.1.0', 'http://mcp.example.com/sse'] }),
      },
    ],
    miss: [
      {
        name: 'encrypted',
        guards: 'ordinary remote servers',
        fact: serverFact({ url: 'https://mcp.example.com/mcp' }),
      },
      {
        name: 'this machine',
        guards: 'local servers',
        fact: serverFact({ url: 'http://127.0.0.1:3845/sse' }),
      },
      {
        name: 'localhost by name',
        guards: 'local servers',
        fact: serverFact({ url: 'http://localhost:8080/mcp' }),
      },
      { name: 'IPv6 loopback', guards: 'local servers', fact: serverFact({ url: 'http://[::1]:8080/mcp' }) },
      {
        name: 'address as data',
        guards: 'servers that take an address to work on',
        fact: serverFact({ command: 'npx', args: ['example-browser@1.0.0', 'http://shop.example.com'] }),
      },
    ],
  },
};
