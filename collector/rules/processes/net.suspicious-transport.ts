import type { ProcessFact } from '../../contract/attribution.ts';
import type { Match, ProcessRule } from '../rule.ts';
import { classifyHost } from '../shared/hosts.ts';
import { called, exampleConnect, exampleProcess, programOf } from '../shared/process-look.ts';

const TUNNELS = new Set([
  'cloudflared',
  'ngrok',
  'frpc',
  'frps',
  'chisel',
  'bore',
  'localtunnel',
  'lt',
  'tor',
  'ligolo',
  'gost',
  'rathole',
  'pinggy',
  'zrok',
]);
const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'fish', 'ash']);
/** Tor, IRC, and ports that remote shells use by default. */
const PORTS = new Set([9001, 9050, 9150, 6667, 6697, 4444, 5555, 1337, 31337]);
const HELD_BY = /^(?:nc|netcat|ncat|socat|python[\d.]*|perl|ruby|php|node|bun|curl|wget|powershell|pwsh)$/;

export const netSuspiciousTransport: ProcessRule = {
  on: 'process',
  id: 'net.suspicious-transport',
  code: 'N-07',
  title: 'Agent opens a hidden way out of the network',
  severity: 'high',
  confidence: 'medium',
  why: 'Tunnels and remote shells lead around the protections of the network, and can let others in.',
  triage: 'Did you ask for a tunnel? Where does it lead?',
  advice: 'End the program, and look at what went through it.',
  falsePositives: ['Tunnels to show a development server to others.'],
  references: ['https://attack.mitre.org/techniques/T1572/'],
  taxonomies: { attack: ['T1090', 'T1572', 'T1571'], atlas: [], owasp: ['ASI05'] },
  bundles: ['DLP', 'MAL'],
  match(fact) {
    const found =
      fact.kind === 'process' ? tunnel(fact) : fact.kind === 'connection' ? connection(fact) : undefined;
    return found === undefined ? [] : [found];
  },
  examples: {
    hit: [
      { name: 'tunnel', fact: exampleProcess('cloudflared tunnel --url http://localhost:3000') },
      {
        name: 'port given to a server',
        fact: exampleProcess('ssh -N -R 2222:localhost:22 relay.example.com'),
      },
      { name: 'options in one word', fact: exampleProcess('ssh -fNR 8080:localhost:80 relay.example.com') },
      { name: 'shell that is connected', fact: exampleConnect('bash -i', '192.0.2.66', 443) },
      { name: 'port of remote shells', fact: exampleConnect('python3 x.py', '192.0.2.66', 4444) },
    ],
    miss: [
      {
        name: 'git over ssh',
        guards: 'ssh to code hosts',
        fact: exampleProcess('ssh git@example.com git-upload-pack x'),
      },
      {
        name: 'port brought here',
        guards: 'ssh -L',
        fact: exampleProcess('ssh -L 5432:db:5432 host.example.com'),
      },
      {
        name: 'resource file',
        guards: 'option of the remote command',
        fact: exampleProcess('ssh host.example.com ls -R'),
      },
      {
        name: 'web',
        guards: 'ordinary downloads',
        fact: exampleConnect('curl https://example.com', '192.0.2.80', 443),
      },
      {
        name: 'local debug port',
        guards: 'ports on this machine',
        fact: exampleConnect('node x', '127.0.0.1', 5555),
      },
    ],
  },
};

function tunnel({ process, attribution }: Extract<ProcessFact, { kind: 'process' }>): Match | undefined {
  const program = programOf(process);
  if (attribution.role === 'agent') return undefined;
  if (TUNNELS.has(program)) return { subject: program, detail: `${called(process)} opens a tunnel.` };
  if (program !== 'ssh') return undefined;
  for (const [at, arg] of process.argv.slice(1, 64).entries()) {
    // The first word after the options is the host; what follows is for the other machine.
    if (!arg.startsWith('-')) {
      const before = process.argv[at] ?? '';
      if (/^-[A-Za-z]*[BbcDEeFIiJLlmOopQRSWw]$/.test(before)) continue;
      return undefined;
    }
    if (/^-[46AaCfGgKkMNnqsTtVvXxYy]*R/.test(arg))
      return { subject: 'ssh -R', detail: `${called(process)} lets a remote machine connect to this one.` };
  }
  return undefined;
}

function connection({
  process,
  change,
  attribution,
}: Extract<ProcessFact, { kind: 'connection' }>): Match | undefined {
  if (change.kind !== 'connect' || attribution.role === 'agent') return undefined;
  const { remote } = change.connection;
  if (classifyHost(remote.address) === 'loopback') return undefined;
  const program = programOf(process);
  const subject = `${program}>${remote.address}:${remote.port}`;
  // Shells open no connections themselves, but through /dev/tcp or handles that were given to them.
  if (SHELLS.has(program))
    return {
      subject,
      detail: `The shell ${called(process)} is connected to ${remote.address}.`,
      confidence: 'high',
    };
  if (PORTS.has(remote.port) && HELD_BY.test(program))
    return { subject, detail: `${called(process)} connects to ${remote.address} port ${remote.port}.` };
  return undefined;
}
