import { Command } from 'commander';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addGraphCommand } from '../../../../collector/cli/commands/graph.ts';
import type { CliContext } from '../../../../collector/cli/context.ts';
import { BlastRadius, Graph } from '../../../../collector/contract/graph.ts';
import { pathsOf } from '../../../../collector/paths.ts';
import type { Platform } from '../../../../collector/platform/platform.ts';
import { Store } from '../../../../collector/store/store.ts';
import { descendants } from '../../../../collector/session-graph.ts';
import { batch, finding, toolCall } from '../../../support/records.ts';
import { tempDir } from '../../../support/temp.ts';
import { session } from '../../pipeline/graph/graph-input.ts';
import { FolderBuilder } from '../../../support/home-builder.ts';

const NOW = 1_750_000_000_000;
const EVIL = 'x\u001b[31m\u202e"];\nrm';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A store with one session, a sub-agent and a neighbour, and a home with an AWS profile. */
function prepare(): CliContext {
  const root = tempDir();
  const home = new FolderBuilder(join(root, 'home'));
  home.text('.aws/config', '[profile prod]\nsso_account_id = 111122223333\nsso_role_name = Admin\n');
  const platform: Platform = {
    os: 'linux',
    folders: {
      stateDir: join(root, 'state'),
      configDir: root,
      runtimeDir: root,
      policyFile: join(root, 'policy'),
    },
    ownHome: { platform: 'linux', home: home.dir, env: {} },
    listProcesses: () => Promise.resolve([]),
    readIdentity: () => ({ name: 'ana', uid: 1000, fullName: 'Ana Example', emails: ['ana@example.com'] }),
    readHost: () => ({ hostname: 'ana-laptop', os: 'linux', osVersion: 'Debian 12', arch: 'x64' }),
    readMachineId: () => Promise.resolve(undefined),
  } as unknown as Platform;
  const context: CliContext = { platform, paths: pathsOf(platform, join(root, 'state')), version: '0' };
  const shop = home.at('shop');
  const store = Store.open({ path: context.paths.store, nowMs: () => NOW, queue: () => false });
  const file = (value: string, access: 'read' | 'write') => ({ kind: 'file' as const, value, access });
  const source = { path: home.at('.claude/projects/p/s1.jsonl'), offsetBytes: 0 };
  store.commit(
    batch({
      events: [
        toolCall('a', {
          source,
          input: { command: 'aws s3 ls --profile prod', cwd: shop },
          resources: [file(`${home.dir}/.ssh/id_ed25519`, 'read')],
        }),
        toolCall('b', { timeMs: NOW + 1_000, resources: [file(`${shop}/${EVIL}`, 'write')] }),
        toolCall('c', {
          timeMs: NOW + 2_000,
          sessionId: 'claude-code:s1/agent-x',
          parentSessionId: 'claude-code:s1',
          resources: [file(`${shop}/plan.md`, 'write')],
        }),
      ],
      findings: [{ finding: finding('f_1', { lastSeenMs: NOW }), eventId: 'claude-code:tool.call:a' }],
    }),
  );
  store.commit(
    batch({
      agentId: 'codex',
      events: [
        toolCall('d', {
          id: 'codex:tool.call:d',
          agentId: 'codex',
          sessionId: 'codex:o1',
          timeMs: NOW + 60_000,
          resources: [file(`${shop}/plan.md`, 'read')],
        }),
      ],
    }),
  );
  store.close();
  return context;
}

async function run(...args: readonly string[]): Promise<string> {
  return runOn(prepare(), ...args);
}

async function runOn(context: CliContext, ...args: readonly string[]): Promise<string> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const program = new Command().exitOverride();
  addGraphCommand(program, () => context);
  await program.parseAsync(['node', 'reeve', 'graph', ...args]);
  vi.restoreAllMocks();
  return out;
}

/** What a terminal shows of a line: colour codes take no room. */

const shown = (text: string): string[] => text.replaceAll(/\u001b\[\d+m/g, '').split('\n');

describe('reeve graph', () => {
  it('prints the chain from the human to the files within 80 columns', async () => {
    const lines = shown(await run('s1'));
    for (const part of [
      'human Ana Example',
      'device ana-laptop',
      'account ana',
      'session s1',
      'sub-agent agent-x',
      'tool Bash',
      'id_ed25519',
    ])
      expect(
        lines.some((line) => line.includes(part)),
        part,
      ).toBe(true);
    expect(lines.findIndex((line) => line.includes('human'))).toBeLessThan(
      lines.findIndex((line) => line.includes('session')),
    );
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('shows who a command acted as, the flagged file, and the file handed over', async () => {
    const lines = shown(await run('s1'));
    expect(lines.some((line) => /as aws-profile prod\s+flag, high/.test(line))).toBe(true);
    expect(lines.some((line) => line.includes('! read') && line.includes('id_ed25519'))).toBe(true);
    expect(lines.some((line) => line.includes('handed a file to') && line.includes('codex:o1'))).toBe(true);
    expect(lines.some((line) => line.includes('AWS account 111122223333 in role Admin'))).toBe(true);
    expect(lines.some((line) => line.startsWith('Could also have reached'))).toBe(true);
  });

  it('lets nothing of a log reach the terminal as a control character', async () => {
    for (const args of [['s1'], ['s1', '--blast'], ['s1', '--dot']]) {
      expect(shown(await run(...args)).join(''), args.join(' ')).not.toMatch(/[\u0000-\u001f\u202e]/);
    }
  });

  it('prints JSON in the shape of the contract', async () => {
    const graph = Graph.parse(JSON.parse(await run('s1', '--json')));
    expect(graph.sessionId).toBe('claude-code:s1');
    expect(graph.edges.some(({ kind }) => kind === 'handed-file')).toBe(true);
    const blast = BlastRadius.parse(JSON.parse(await run('s1', '--blast', '--json')));
    expect(blast.touched.map(({ group }) => group)).toEqual([
      'files-outside',
      'principals',
      'files-outside',
      'files-outside',
    ]);
    expect(blast.touched[0]?.findings).toEqual(['read.ssh-keys']);
  });

  it('prints the blast radius in order and says apart what could have been reached', async () => {
    const lines = shown(await run('s1', '--blast'));
    const order = ['id_ed25519', 'plan.md', 'Could have reached'].map((part) =>
      lines.findIndex((line) => line.includes(part)),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('prints a graph for Graphviz', async () => {
    const dot = await run('s1', '--dot');
    expect(dot.startsWith('digraph reeve {')).toBe(true);
    expect(dot.trimEnd().endsWith('}')).toBe(true);
  });

  it('gives no account of this person to the log of another home', async () => {
    const context = prepare();
    const elsewhere: CliContext = {
      ...context,
      platform: {
        ...context.platform,
        ownHome: { platform: 'linux', home: `${context.platform.ownHome.home}-other`, env: {} },
      },
    };
    const graph = Graph.parse(JSON.parse(await runOn(elsewhere, 's1', '--json')));
    expect(graph.nodes.some(({ kind, id }) => kind === 'human' || id.includes('111122223333'))).toBe(false);
    expect(graph.nodes.filter(({ kind }) => kind === 'principal').map(({ label }) => label)).toEqual([
      'AWS profile prod',
    ]);
  });

  it('says when there is no such session', async () => {
    await expect(run('nothing-like-it')).rejects.toThrow('No session begins with nothing-like-it');
  });
});

describe('descendants', () => {
  it('finds sub-agents of sub-agents and ends in a circle', () => {
    const of = (id: string, parentSessionId: string) => session(id, { parentSessionId });
    const all = [of('a:1/x', 'a:1'), of('a:1/y', 'a:1/x'), of('a:2/z', 'a:2'), of('a:1', 'a:1/y')];
    expect(descendants('a:1', all).map(({ id }) => id)).toEqual(['a:1/x', 'a:1/y']);
  });
});
