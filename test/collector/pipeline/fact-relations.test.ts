import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../collector/contract/agent.ts';
import type { InventoryFact } from '../../../collector/contract/inventory-fact.ts';
import { relateFacts } from '../../../collector/pipeline/fact-relations.ts';
import { serverFact } from '../../../collector/rules/shared/example-facts.ts';

const NOW = 1_790_000_000_000;

function credential(id: string, fingerprint: string, servers: readonly string[]): InventoryFact {
  const value: Credential = {
    id,
    kind: 'api-key',
    provider: 'Example',
    location: { path: '/home/dev/.claude.json' },
    fingerprint,
    plaintext: true,
    usedBy: { agentIds: [], mcpServerIds: [...servers] },
  };
  return { kind: 'credential', credential: value, sharedFolder: false, placeholder: false };
}

const sharedBy = (fact: InventoryFact | undefined): readonly string[] | undefined =>
  fact?.kind === 'credential' ? fact.sharedBy : undefined;

describe('relations between facts', () => {
  it('name the different servers that get one value, at each place of the value', () => {
    const facts = relateFacts(
      [
        serverFact({ id: 'a', name: 'tickets' }),
        serverFact({ id: 'b', name: 'mail' }),
        credential('c1', 'fp_1', ['a']),
        credential('c2', 'fp_1', ['b']),
      ],
      { nowMs: NOW },
    );
    expect(facts.slice(2).map(sharedBy)).toEqual([
      ['mail', 'tickets'],
      ['mail', 'tickets'],
    ]);
  });

  it('take one server in several clients as one', () => {
    const facts = relateFacts(
      [
        serverFact({ id: 'a', name: 'My Tickets' }),
        serverFact({ id: 'b', name: 'my_tickets', configPath: '/home/dev/.cursor/mcp.json' }),
        credential('c1', 'fp_1', ['a', 'b']),
      ],
      { nowMs: NOW },
    );
    expect(sharedBy(facts[2])).toBeUndefined();
  });

  it('do not compare items of a keychain by their name', () => {
    const facts = relateFacts(
      [
        serverFact({ id: 'a', name: 'tickets' }),
        serverFact({ id: 'b', name: 'mail' }),
        credential('c1', 'keychain:x', ['a']),
        credential('c2', 'keychain:x', ['b']),
      ],
      { nowMs: NOW },
    );
    expect(facts.slice(2).map(sharedBy)).toEqual([undefined, undefined]);
  });

  it('show a server its rivals of the same agent only, and not another version of itself', () => {
    const pack = (version: string): { ecosystem: 'npm'; name: string; version: string; pinned: boolean } => ({
      ecosystem: 'npm',
      name: 'x-mcp',
      version,
      pinned: true,
    });
    const facts = relateFacts(
      [
        serverFact({ id: 'a', name: 'x', package: pack('1.0.0') }),
        serverFact({ id: 'b', name: 'x', package: pack('1.1.0') }),
        serverFact({ id: 'c', name: 'x', command: '/opt/other' }),
        serverFact({ id: 'd', name: 'x', command: '/opt/third', agentIds: ['codex'] }),
        serverFact({ id: 'e', name: 'x', command: '/opt/off', enabled: false }),
      ],
      { nowMs: NOW },
    );
    const rivals = facts.map((fact) =>
      fact.kind === 'mcp-server' ? (fact.sameName ?? []).map((server) => server.id) : [],
    );
    expect(rivals).toEqual([['c'], ['c'], ['a', 'b'], [], ['a', 'b', 'c']]);
  });

  it('stay quick with thousands of servers of one name', () => {
    const many = Array.from({ length: 5000 }, (_, at) =>
      serverFact({ id: String(at), name: 'same', command: `/opt/${at}` }),
    );
    const before = process.cpuUsage();
    const facts = relateFacts(many, { nowMs: NOW });
    expect(process.cpuUsage(before).user).toBeLessThan(4_000_000);
    expect(facts).toHaveLength(5000);
  });
});
