import type { Advisory, AdvisoryPack } from '../contract/advisory.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import { BUILT_IN_PACK } from './data/advisories.ts';
import type { InventoryRule, Match } from './rule.ts';
import { NO_SHELL, serverFact } from './shared/example-facts.ts';
import { isHostOf, parseUrl } from './shared/hosts.ts';

/** The rule over one pack of knowledge; a newer pack gives a new rule of the same id. */
export function componentRule(pack: AdvisoryPack): InventoryRule {
  const packages = new Map<string, PackageAdvisory[]>();
  const hashes = new Map<string, Advisory>();
  const domains: Extract<Advisory, { kind: 'domain' }>[] = [];
  const files: Extract<Advisory, { kind: 'file' }>[] = [];
  for (const entry of pack.entries) {
    if (entry.kind === 'package') {
      const key = keyOf(entry.ecosystem, entry.name);
      packages.set(key, [...(packages.get(key) ?? []), entry]);
    } else if (entry.kind === 'hash') hashes.set(entry.sha256, entry);
    else if (entry.kind === 'domain') domains.push(entry);
    else files.push(entry);
  }
  const domainOf = (text: string): Advisory | undefined => {
    if (domains.length === 0) return undefined;
    const hosts = (text.slice(0, 8000).match(/[a-z]{2,6}:\/\/[^\s"'`|)<>]{3,300}/gi) ?? []).flatMap(
      (raw) => parseUrl(raw)?.host ?? [],
    );
    return domains.find(({ domain }) => hosts.some((host) => isHostOf(host, domain)));
  };
  const match = (fact: InventoryFact): readonly Match[] => {
    if (fact.kind === 'mcp-server') {
      const { server } = fact;
      const pack = server.package;
      const bad =
        pack?.ecosystem === 'npm' || pack?.ecosystem === 'pypi'
          ? (packages.get(keyOf(pack.ecosystem, pack.name)) ?? []).find((entry) => isBad(entry, pack.version))
          : undefined;
      if (bad !== undefined)
        return [
          told(
            `${bad.ecosystem}:${bad.name}`,
            `The server "${server.name}" starts ${bad.name}${pack?.version === undefined ? '' : ` ${pack.version}`}`,
            bad,
          ),
        ];
      const line = [server.url ?? '', server.command ?? '', ...(server.args ?? [])].join(' ');
      const place = domainOf(line);
      return place === undefined
        ? []
        : [
            told(
              `${server.configPath}#${server.pointer}`,
              `The server "${server.name}" connects to a known bad address`,
              place,
            ),
          ];
    }
    if (fact.kind === 'agent') {
      for (const { path, version } of fact.agent.installs) {
        const name = PACKAGE_FOLDER.exec(path.replaceAll('\\', '/'))?.[1];
        const bad = (name === undefined ? [] : (packages.get(keyOf('npm', name)) ?? [])).find((entry) =>
          isBad(entry, version),
        );
        if (bad !== undefined)
          return [
            told(
              path,
              `${fact.agent.name}${version === undefined ? '' : ` ${version}`} (${path}) is the package ${bad.name}`,
              bad,
            ),
          ];
      }
      return [];
    }
    if (fact.kind === 'hook') {
      const words = fact.command
        .replaceAll('\\', '/')
        .split(/[\s"';|&]+/)
        .slice(0, 500);
      const bad =
        files.find(({ suffix }) => words.some((word) => endsPath(word, suffix))) ?? domainOf(fact.command);
      return bad === undefined
        ? []
        : [
            told(
              `${fact.asset.path}#${fact.event}`,
              `The hook "${fact.event}" in ${fact.asset.path} uses a known bad component`,
              bad,
            ),
          ];
    }
    if (fact.kind !== 'asset') return [];
    const { asset } = fact;
    const bad =
      (asset.sha256 === undefined ? undefined : hashes.get(asset.sha256)) ??
      files.find(({ suffix }) => endsPath(asset.path.replaceAll('\\', '/'), suffix));
    return bad === undefined ? [] : [told(asset.path, `${asset.path} is a known bad component`, bad)];
  };
  return { ...BASE, match };
}

// `…/node_modules/@openai/codex`
const PACKAGE_FOLDER = /\/node_modules\/((?:@[\w.-]{1,100}\/)?[\w.-]{1,100})$/;

type PackageAdvisory = Extract<Advisory, { kind: 'package' }>;

function told(subject: string, what: string, { why, source, date, severity }: Advisory): Match {
  const reason = why.replace(/\.$/, '');
  return { subject, detail: `${what}: ${reason} (${source}, ${date}).`, severity };
}

function keyOf(ecosystem: 'npm' | 'pypi', name: string): string {
  const lower = name.toLowerCase();
  return `${ecosystem} ${ecosystem === 'pypi' ? lower.replace(/[-_.]{1,20}/g, '-') : lower}`;
}

function endsPath(path: string, suffix: string): boolean {
  return path === suffix || path.endsWith(`/${suffix}`);
}

/** A moving version may be any: only what is bad in every version is told then. */
function isBad({ versions, since, fixed }: PackageAdvisory, version: string | undefined): boolean {
  if (versions === undefined && fixed === undefined) return true;
  if (version === undefined) return false;
  const plain = version.replace(/^[=v]{1,3}/, '');
  if (versions !== undefined) return versions.includes(plain);
  const at = numbers(plain);
  const end = numbers(fixed ?? '');
  if (at === undefined || end === undefined || compare(at, end) >= 0) return false;
  const start = numbers(since ?? '0.0.0');
  return start !== undefined && compare(at, start) >= 0;
}

function numbers(version: string): readonly number[] | undefined {
  const parts = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].{0,60})?$/.exec(version);
  return parts === null ? undefined : parts.slice(1).map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}

const BASE: Omit<InventoryRule, 'match'> = {
  on: 'inventory',
  id: 'component.vulnerable-or-malicious',
  code: 'P-15',
  title: 'Component is known to be bad or to have a hole',
  severity: 'critical',
  confidence: 'high',
  why: 'This package, file or address is known from an attack, or has a hole that attackers use.',
  triage: 'Did it run since the date given? Then treat what it could reach as known to others.',
  advice: 'Remove it, or go to a version that is good again, and replace the secrets it could read.',
  falsePositives: [
    'A good version under a name that was misused once, when the version is not written down.',
  ],
  references: ['https://attack.mitre.org/techniques/T1195/'],
  taxonomies: { attack: ['T1195.002'], atlas: ['AML.T0010.005'], owasp: ['ASI04', 'MCP04', 'LLM03:2025'] },
  bundles: ['SUP', 'INC'],
  examples: {
    hit: [
      { name: 'withdrawn package (critical)', fact: packFact('postmark-mcp') },
      { name: 'version with a hole (high)', fact: packFact('mcp-remote', '0.1.10') },
      { name: 'one bad version (critical)', fact: packFact('litellm', '1.82.8', 'pypi') },
      { name: 'file of a worm in a hook (high)', fact: hookFact('node .claude/setup.mjs') },
      { name: 'Windows path (high)', fact: hookFact('node "C:\\app\\.vscode\\setup.mjs"') },
      { name: 'release of an agent that was taken over (critical)', fact: agentFact('cline', '2.3.0') },
      { name: 'agent with a hole (high)', fact: agentFact('@anthropic-ai/claude-code', '2.0.40') },
      {
        name: 'file of a worm among instructions (high)',
        fact: assetFact('/home/dev/app/.cursor/rules/setup.mdc'),
      },
    ],
    miss: [
      {
        name: 'mended version',
        guards: 'versions that are good again',
        fact: packFact('mcp-remote', '0.1.16'),
      },
      { name: 'moving version', guards: 'versions nobody knows', fact: packFact('mcp-remote', 'latest') },
      {
        name: 'good version',
        guards: 'other versions of a package',
        fact: packFact('litellm', '1.90.0', 'pypi'),
      },
      {
        name: 'same name elsewhere',
        guards: 'the other registry',
        fact: packFact('postmark-mcp', undefined, 'pypi'),
      },
      {
        name: 'mended agent',
        guards: 'agents that were updated',
        fact: agentFact('@anthropic-ai/claude-code', '2.1.330'),
      },
      { name: 'agent of unknown version', guards: 'installs that do not tell', fact: agentFact('cline') },
      {
        name: 'name with more before it',
        guards: 'parts of names',
        fact: hookFact('node my.claude/setup.mjs'),
      },
      {
        name: 'ordinary rules',
        guards: 'files of a project',
        fact: assetFact('/home/dev/app/.cursor/rules/style.mdc'),
      },
    ],
  },
};

function packFact(name: string, version?: string, ecosystem: 'npm' | 'pypi' = 'npm'): InventoryFact {
  return serverFact({
    command: 'npx',
    args: [name],
    package: { ecosystem, name, ...(version !== undefined && { version }), pinned: version !== undefined },
  });
}

function hookFact(command: string): InventoryFact {
  return {
    kind: 'hook',
    asset: {
      id: 'hook:1',
      kind: 'hook',
      name: 'Stop',
      agentIds: ['claude-code'],
      scope: 'project',
      path: '/home/dev/app/.claude/settings.json',
    },
    event: 'Stop',
    command,
    shell: NO_SHELL,
  };
}

function agentFact(name: string, version?: string): InventoryFact {
  const path = `/usr/local/lib/node_modules/${name}`;
  return {
    kind: 'agent',
    agent: {
      id: 'x',
      name: 'X',
      vendor: 'X',
      kind: 'cli',
      sanction: 'unknown',
      accounts: [],
      installs: [{ path, method: 'npm', ...(version !== undefined && { version }) }],
      running: [],
      configFiles: [],
      settings: {},
    },
  };
}

function assetFact(path: string): InventoryFact {
  return {
    kind: 'asset',
    asset: { id: 'a', kind: 'instructions', name: 'x', agentIds: ['cursor'], scope: 'project', path },
  };
}

export const componentVulnerableOrMalicious: InventoryRule = componentRule(BUILT_IN_PACK);
