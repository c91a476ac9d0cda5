import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { settingFact } from './shared/example-facts.ts';

/** Programs that run any code they are given: excluding one of them excludes everything. */
const RUNS_ANYTHING =
  /^(?:bash|sh|zsh|fish|pwsh|powershell|python[\d.]*|node|deno|bun|perl|ruby|php|npx|uvx|env|xargs|sudo|\*)(?:$|[ :*])/i;

export const agentSandboxOff: InventoryRule = {
  on: 'inventory',
  id: 'agent.sandbox-off',
  code: 'P-18',
  title: 'The sandbox of an agent is off or has a hole',
  severity: 'medium',
  confidence: 'high',
  why: 'The sandbox keeps a command of the agent away from files and networks it does not need. With this setting a command that goes wrong reaches everything you can reach.',
  triage: 'Which command did not work in the sandbox, and could it get one folder or host instead?',
  advice: 'Turn the sandbox on again and allow single folders, hosts and commands.',
  falsePositives: ['Agents that run in a container of their own.'],
  references: ['https://atlas.mitre.org/techniques/AML.T0105'],
  taxonomies: { attack: [], atlas: ['AML.T0105'], owasp: ['ASI05'] },
  bundles: ['CFG'],
  match(fact) {
    if (fact.kind !== 'setting' || fact.scope === 'managed') return [];
    const reason = holeIn(fact);
    if (reason === undefined) return [];
    return [
      {
        subject: `${fact.path}#${fact.key}`,
        detail: `${fact.path} ${reason}.`,
        ...(fact.scope === 'project' && { severity: 'high' as const }),
      },
    ];
  },
  examples: {
    hit: [
      { name: 'switched off', fact: settingFact('sandbox', { enabled: false }) },
      {
        name: 'switched off by a repository (high)',
        fact: settingFact('sandbox', { enabled: false }, 'project'),
      },
      {
        name: 'every host',
        fact: settingFact('sandbox', { enabled: true, network: { allowedDomains: ['*'] } }),
      },
      {
        name: 'interpreter outside',
        fact: settingFact('sandbox', { enabled: true, excludedCommands: ['docker', 'python3:*'] }),
      },
      { name: 'weak form', fact: settingFact('sandbox', { enabled: true, enableWeakerNestedSandbox: true }) },
      {
        name: 'home is writable',
        fact: settingFact('sandbox_workspace_write', { writable_roots: ['/home/dev'] }, 'user', 'codex'),
      },
      { name: 'off for Gemini', fact: settingFact('tools.sandbox', false, 'user', 'gemini-cli') },
    ],
    miss: [
      { name: 'on', guards: 'the safe setting', fact: settingFact('sandbox', { enabled: true }) },
      {
        name: 'one host and one program',
        guards: 'narrow exceptions',
        fact: settingFact('sandbox', {
          enabled: true,
          excludedCommands: ['docker'],
          network: { allowedDomains: ['registry.npmjs.org'] },
        }),
      },
      {
        name: 'a cache may be written',
        guards: 'narrow folders',
        fact: settingFact(
          'sandbox_workspace_write',
          { writable_roots: ['/home/dev/.cache/build'] },
          'user',
          'codex',
        ),
      },
      {
        name: 'company policy',
        guards: 'managed settings',
        fact: settingFact('sandbox', { enabled: false }, 'managed'),
      },
      {
        name: 'image for the sandbox',
        guards: 'a sandbox by name',
        fact: settingFact('tools.sandbox', 'docker', 'user', 'gemini-cli'),
      },
      {
        name: 'nothing said',
        guards: 'settings without a decision',
        fact: settingFact('sandbox', { network: {} }),
      },
    ],
  },
};

function holeIn(fact: Extract<InventoryFact, { kind: 'setting' }>): string | undefined {
  const { key, value } = fact;
  if (key === 'tools.sandbox') return value === false ? 'switches the sandbox off' : undefined;
  if (key === 'sandbox_workspace_write') {
    const wide = textsOf(value, 'writable_roots').find((root) =>
      /^(?:\/|~\/?|\/(?:home|Users)\/[^/]+\/?|\/root\/?|[A-Za-z]:[/\\]?(?:Users[/\\][^/\\]+[/\\]?)?)$/.test(
        root,
      ),
    );
    return wide === undefined ? undefined : `lets commands in the sandbox write everywhere below ${wide}`;
  }
  if (key !== 'sandbox') return undefined;
  if (value === false || valueOf(value, 'enabled') === false) return 'switches the sandbox off';
  if (valueOf(value, 'enableWeakerNestedSandbox') === true) return 'uses the weak form of the sandbox';
  if (
    textsOf(valueOf(value, 'network'), 'allowedDomains').some((domain) => domain === '*' || domain === '*.*')
  )
    return 'lets commands in the sandbox reach every host';
  const program = textsOf(value, 'excludedCommands').find((entry) => RUNS_ANYTHING.test(entry));
  return program === undefined ? undefined : `lets ${program} run outside the sandbox`;
}

function valueOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries: [string, unknown][] = Object.entries(value);
  return entries.find(([key]) => key === name)?.[1];
}

function textsOf(value: unknown, name: string): string[] {
  const list = valueOf(value, name);
  return Array.isArray(list) ? list.slice(0, 500).filter((item) => typeof item === 'string') : [];
}
