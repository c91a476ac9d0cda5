import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule, Match } from './rule.ts';
import { runningFact, serverFact, settingFact, variableFact } from './shared/example-facts.ts';

const EVERYWHERE = /^(?:0\.0\.0\.0|\[?::\]?|\*)(?::\d{1,5})?$/;
const OPTION =
  /^--?(?:host|hostname|bind|bind-address|listen|listen-address|addr|address|ip|server-host|server_host)$/i;
const NAMES =
  /^(?:OLLAMA_HOST|(?:FAST)?MCP_(?:SERVER_)?(?:HOST|BIND)|FASTMCP_SERVER_HOST|LM_STUDIO_HOST|OPENCODE_HOST(?:NAME)?|OPENCLAW_(?:GATEWAY_)?(?:BIND|HOST))$/;
const CONTAINER = /(?:^|[/\\])(?:docker|podman)(?:\.exe)?$/i;

export const mcpExposedListener: InventoryRule = {
  on: 'inventory',
  id: 'mcp.exposed-listener',
  code: 'P-13',
  title: 'Agent or tool server can be reached from the network',
  severity: 'high',
  confidence: 'medium',
  why: 'It listens on every network of this machine. Anybody in the same network, such as a café, may talk to it and use what it can do.',
  triage: 'Does it ask for a password or token, and is it needed from other machines?',
  advice: 'Let it listen on 127.0.0.1, or protect it with a token and a firewall.',
  falsePositives: ['A machine that serves models to a team on purpose.'],
  references: ['https://owasp.org/www-project-mcp-top-10/', 'https://atlas.mitre.org/techniques/AML.T0132'],
  taxonomies: { attack: ['T1571'], atlas: ['AML.T0132'], owasp: ['MCP07'] },
  bundles: ['CFG'],
  match(fact) {
    const found = exposed(fact);
    return found === undefined ? [] : [found];
  },
  examples: {
    hit: [
      {
        name: 'option of a server',
        fact: serverFact({ command: 'uvx', args: ['example-mcp', '--host', '0.0.0.0'] }),
      },
      {
        name: 'option with equals sign',
        fact: serverFact({ command: 'node', args: ['s.js', '--bind=0.0.0.0:8000'] }),
      },
      {
        name: 'environment of a server',
        fact: serverFact({ command: 'node', args: ['s.js'] }, { FASTMCP_HOST: '0.0.0.0' }),
      },
      {
        name: 'published port of a container (medium)',
        fact: serverFact({ command: 'docker', args: ['run', '-p', '8080:8080', 'example/mcp'] }),
      },
      {
        name: 'running agent',
        fact: runningFact('opencode', ['opencode', 'serve', '--hostname', '0.0.0.0']),
      },
      {
        name: 'model runtime',
        fact: variableFact('OLLAMA_HOST', '0.0.0.0:11434', 'user', '/home/dev/.zshrc'),
      },
      { name: 'gateway for the whole network', fact: settingFact('gateway.bind', 'lan', 'user', 'openclaw') },
    ],
    miss: [
      {
        name: 'loopback',
        guards: 'local servers',
        fact: serverFact({ command: 'uvx', args: ['example-mcp', '--host', '127.0.0.1'] }),
      },
      {
        name: 'inside a container',
        guards: 'a container has its own network',
        fact: serverFact({ command: 'docker', args: ['run', '-i', 'example/mcp', '--host', '0.0.0.0'] }),
      },
      {
        name: 'published on loopback',
        guards: 'ports for this machine',
        fact: serverFact({ command: 'docker', args: ['run', '-p', '127.0.0.1:8080:8080', 'example/mcp'] }),
      },
      {
        name: 'model runtime at home',
        guards: 'the default',
        fact: variableFact('OLLAMA_HOST', '127.0.0.1:11434', 'user', '/home/dev/.zshrc'),
      },
      {
        name: 'host of an application',
        guards: 'variables of web servers',
        fact: variableFact('HOST', '0.0.0.0', 'project', '/home/dev/app/.env'),
      },
      {
        name: 'gateway at home',
        guards: 'the default',
        fact: settingFact('gateway.bind', 'loopback', 'user', 'openclaw'),
      },
      {
        name: 'remote address',
        guards: 'a host to connect to',
        fact: serverFact({ command: 'uvx', args: ['db-mcp', '--host', 'db.example.com'] }),
      },
    ],
  },
};

function exposed(fact: InventoryFact): Match | undefined {
  switch (fact.kind) {
    case 'mcp-server': {
      const { server } = fact;
      if (!server.enabled || server.command === undefined) return undefined;
      const subject = `${server.configPath}#${server.pointer}`;
      const args = (server.args ?? []).slice(0, 200);
      if (CONTAINER.test(server.command)) {
        const port = publishedPort(args);
        return port === undefined
          ? undefined
          : {
              subject,
              detail: `The container of the server "${server.name}" publishes port ${port} to every network.`,
              severity: 'medium',
            };
      }
      const byName = Object.entries(fact.env).find(
        ([name, value]) => NAMES.test(name) && EVERYWHERE.test(value),
      );
      return listensEverywhere(args) || byName !== undefined
        ? { subject, detail: `The server "${server.name}" in ${server.configPath} listens on every network.` }
        : undefined;
    }
    case 'running-agent':
      return listensEverywhere(fact.argv.slice(0, 200))
        ? {
            subject: `${fact.agentId} listener`,
            detail: `${fact.agentId} (process ${fact.pid}) listens on every network.`,
          }
        : undefined;
    case 'environment':
      return NAMES.test(fact.name) && EVERYWHERE.test(fact.value)
        ? {
            subject: `${fact.path}#${fact.name}`,
            detail: `${fact.path} lets it listen on every network (${fact.name}).`,
          }
        : undefined;
    case 'setting':
      return fact.key === 'gateway.bind' &&
        typeof fact.value === 'string' &&
        /^(?:lan|0\.0\.0\.0|all|public)$/i.test(fact.value)
        ? {
            subject: `${fact.path}#${fact.key}`,
            detail: `${fact.path} opens the agent's gateway to the network (${fact.value}).`,
          }
        : undefined;
    default:
      return undefined;
  }
}

function listensEverywhere(args: readonly string[]): boolean {
  return args.some((arg, at) => {
    const equals = arg.indexOf('=');
    const name = equals < 0 ? arg : arg.slice(0, equals);
    const value = equals < 0 ? (args[at + 1] ?? '') : arg.slice(equals + 1);
    return OPTION.test(name) && EVERYWHERE.test(value);
  });
}

/** `-p 8080:8080` without an address is every address. */
function publishedPort(args: readonly string[]): string | undefined {
  for (const [at, arg] of args.entries()) {
    const value = /^(?:-p|--publish)$/.test(arg)
      ? args[at + 1]
      : /^(?:-p|--publish)=?(?=\d)(.{1,60})$/.exec(arg)?.[1];
    if (value !== undefined && /^(?:(?:0\.0\.0\.0|\[::\]):)?\d{1,5}(?::\d{1,5})?(?:\/tcp)?$/.test(value))
      return value;
  }
  return undefined;
}
