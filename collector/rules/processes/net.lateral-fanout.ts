import type { ProcessFact } from '../../contract/attribution.ts';
import type { ProcessRule } from '../rule.ts';
import { classifyHost } from '../shared/hosts.ts';

const MANY_HOSTS = 10;
const MANY_ADMIN = 5;
/** SSH, SMB, RDP, WinRM and databases. */
const ADMIN_PORTS = new Set([22, 445, 3389, 5985, 5986, 1433, 1521, 3306, 5432, 6379, 27017]);
const FLEET_TOOLS = new Set([
  'ansible',
  'ansible-playbook',
  'salt',
  'pssh',
  'clush',
  'fab',
  'kubectl',
  'terraform',
]);

const reach = (
  first: string,
  count: number,
  port: number,
  programs: readonly string[] = ['bash'],
): ProcessFact => ({
  kind: 'reach',
  agentId: 'claude-code',
  sessionId: 'claude-code:example',
  remotes: Array.from({ length: count }, (_, at) => ({ address: `${first}.${at + 1}`, port })),
  programs,
});

export const netLateralFanout: ProcessRule = {
  on: 'process',
  id: 'net.lateral-fanout',
  code: 'N-14',
  title: 'Agent reaches for many machines of the network',
  severity: 'high',
  confidence: 'medium',
  why: 'Within ten minutes the session connected to many machines inside your network. That is how somebody looks for the next machine to take.',
  triage: 'Was the session asked to work on all these machines?',
  advice: 'Stop the session until you know why.',
  falsePositives: ['Tools that manage many machines.', 'Clusters on this network.'],
  references: ['https://attack.mitre.org/techniques/T1046/'],
  taxonomies: { attack: ['T1021.004', 'T1046'], atlas: [], owasp: ['ASI05'] },
  bundles: ['MON'],
  match(fact) {
    if (fact.kind !== 'reach') return [];
    const inside = fact.remotes.filter(({ address }) => classifyHost(address) === 'private');
    const hosts = new Set(inside.map(({ address }) => address)).size;
    const admin = new Set(inside.filter(({ port }) => ADMIN_PORTS.has(port)).map(({ address }) => address))
      .size;
    if (hosts < MANY_HOSTS && admin < MANY_ADMIN) return [];
    const fleet = fact.programs.some((program) => FLEET_TOOLS.has(program));
    return [
      {
        subject: fact.sessionId,
        detail: `The session connected to ${hosts} machines of this network in ten minutes, to ${admin} of them for administration or a database.`,
        ...(fleet ? { severity: 'medium' } : {}),
      },
    ];
  },
  examples: {
    hit: [
      { name: 'scan', fact: reach('10.0.0', 12, 80) },
      { name: 'ssh from host to host', fact: reach('192.168.1', 5, 22) },
      { name: 'databases', fact: reach('172.16.3', 6, 5432) },
      { name: 'tool for many machines (medium)', fact: reach('10.0.0', 30, 22, ['ansible-playbook', 'ssh']) },
    ],
    miss: [
      { name: 'web', guards: 'public servers', fact: reach('198.51.100', 40, 443) },
      { name: 'few', guards: 'a service and its database', fact: reach('10.0.0', 3, 5432) },
      { name: 'this machine', guards: 'containers on loopback', fact: reach('127.0.0', 40, 6379) },
      { name: 'nothing', guards: 'quiet sessions', fact: reach('10.0.0', 0, 22) },
    ],
  },
};
