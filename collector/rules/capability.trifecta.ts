import { looseName, type McpServer } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { serverFact } from './shared/example-facts.ts';
import { ABILITIES, abilitiesOf, type Ability } from './shared/server-abilities.ts';

type Profile = Extract<InventoryFact, { kind: 'profile' }>;

/** Modes in which an agent does not ask before it calls a tool, as the vendors name them (2026-11). */
const UNATTENDED =
  /^(?:bypassPermissions|yolo|never|danger-full-access|auto|full-auto|autopilot|allow-all)$/i;

export const capabilityTrifecta: InventoryRule = {
  on: 'inventory',
  id: 'capability.trifecta',
  code: 'P-37',
  title: 'Agent can read strangers, read secrets and send, all without asking',
  severity: 'medium',
  confidence: 'medium',
  why: 'With these three together, a sentence in a web page or an issue is enough to carry private data away: nothing on the way needs a person.',
  triage: 'Which of the three does the daily work need without a question?',
  advice: 'Take one of the three away, or have the agent ask before that one.',
  falsePositives: ['A server that can do less than its name says.'],
  references: ['https://atlas.mitre.org/techniques/AML.T0086'],
  taxonomies: { attack: [], atlas: ['AML.T0086'], owasp: ['ASI01', 'ASI02', 'LLM06:2025'] },
  bundles: ['ACC', 'OVR'],
  match(fact) {
    if (fact.kind !== 'profile') return [];
    const free = fact.servers.filter((server) => isUnattended(server, fact));
    const legs = new Map<Ability, McpServer[]>();
    for (const server of free)
      for (const ability of abilitiesOf(server)) legs.set(ability, [...(legs.get(ability) ?? []), server]);
    if (legs.size < ABILITIES.length) return [];
    const cut = [...legs].sort((a, b) => a[1].length - b[1].length)[0];
    return [
      {
        subject: fact.agentId,
        detail: `${fact.agentId} ${ABILITIES.map((ability) => `${ability} (${names(legs.get(ability) ?? [])})`).join(', ')}, without a question.${cut === undefined ? '' : ` The smallest cut: ask before ${names(cut[1])}.`}`,
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'mode without questions',
        fact: profile(['fetch', 'postgres', 'slack'], { permissionMode: 'bypassPermissions' }),
      },
      { name: 'one server that can do it all', fact: profile(['github'], { permissionMode: 'yolo' }) },
      {
        name: 'servers approved one by one',
        fact: profile(['playwright', 'filesystem'], { allowed: ['mcp__playwright', 'mcp__filesystem__*'] }),
      },
      {
        name: 'tools approved in the servers themselves',
        fact: profile(['brave-search', 'notion'], {}, ['*']),
      },
    ],
    miss: [
      {
        name: 'asks',
        guards: 'ordinary set-ups',
        fact: profile(['fetch', 'postgres', 'slack'], { permissionMode: 'default' }),
      },
      {
        name: 'two of three',
        guards: 'nothing can get out',
        fact: profile(['postgres', 'brave-search'], { permissionMode: 'yolo' }),
      },
      {
        name: 'one tool approved',
        guards: 'a single tool without a question',
        fact: profile(['github'], { allowed: ['mcp__github__get_me'] }),
      },
      {
        name: 'no servers',
        guards: 'agents without tools of others',
        fact: profile([], { permissionMode: 'yolo' }),
      },
      {
        name: 'own servers',
        guards: 'names that say nothing',
        fact: profile(['build', 'deploy-notes'], { permissionMode: 'yolo' }),
      },
    ],
  },
};

function isUnattended(server: McpServer, { permissionMode, allowed }: Profile): boolean {
  if (!server.enabled || server.approval === 'rejected') return false;
  if (permissionMode !== undefined && UNATTENDED.test(permissionMode)) return true;
  if ((server.autoApproved ?? []).includes('*')) return true;
  const name = looseName(server.name);
  return allowed.some((rule) => {
    const whole =
      /^mcp__(.{1,100}?)(?:__\*)?$/.exec(rule)?.[1] ?? /^Mcp\(([^:)]{1,100}):\*\)$/.exec(rule)?.[1];
    return whole !== undefined && (whole === '*' || looseName(whole) === name);
  });
}

function names(servers: readonly McpServer[]): string {
  return [...new Set(servers.map(({ name }) => name))].slice(0, 3).join(', ');
}

function profile(servers: readonly string[], more: Partial<Profile>, autoApproved?: string[]): Profile {
  return {
    kind: 'profile',
    agentId: 'claude-code',
    path: '/home/dev/.claude/settings.json',
    allowed: [],
    servers: servers.map(
      (name) =>
        serverFact({ id: name, name, command: 'run', ...(autoApproved !== undefined && { autoApproved }) })
          .server,
    ),
    ...more,
  };
}
