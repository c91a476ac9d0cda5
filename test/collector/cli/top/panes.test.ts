import { describe, expect, it } from 'vitest';
import { NOTHING, type TopData, withProcesses } from '../../../../collector/cli/top/model.ts';
import { paneView } from '../../../../collector/cli/top/panes.ts';
import type { ListedProcess } from '../../../../collector/contract/process-list.ts';
import type { ListedConnection } from '../../../../collector/contract/process-record.ts';

const NOW = 1_750_000_000_000;
const connection = (over: Partial<ListedConnection> = {}): ListedConnection => ({
  pid: 7,
  startTimeMs: 1,
  program: 'curl',
  agentId: 'codex',
  part: 'tool',
  protocol: 'tcp',
  address: '203.0.113.7',
  port: 443,
  listening: false,
  state: 'established',
  hosts: [],
  ...over,
});
const process = (pid: number, cpuMs: number): ListedProcess => ({
  pid,
  startTimeMs: 1,
  parentPid: 1,
  name: 'claude',
  agentId: 'claude-code',
  cpuMs,
});

describe('the network pane', () => {
  it('shows what agents are connected to, where they wait, and what tool calls named', () => {
    const data: TopData = {
      ...NOTHING,
      connections: [
        connection({ hosts: ['api.example.com'], bytesOut: 2_500_000 }),
        connection({ pid: 8, program: 'node', address: '::1', port: 3000, listening: true, state: 'listen' }),
      ],
      hosts: new Map([
        ['docs.example.org', { host: 'docs.example.org', lastMs: NOW, count: 3, agentIds: ['codex'] }],
      ]),
    };
    const { rows } = paneView('network', data, NOW, '');
    expect(rows.map(({ cells }) => cells.slice(0, 3))).toEqual([
      ['api.example.com:443 (203.0.113.7)', 'connected', 'curl'],
      ['[::1]:3000', 'waits', 'node'],
      ['docs.example.org', 'named ×3', '-'],
    ]);
    expect(rows[0]?.cells[3]).toMatch(/kB$/);
    expect(rows[1]?.target).toMatchObject({ kind: 'process', pid: 8 });
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
  });

  it('says so when there is nothing', () => {
    expect(paneView('network', NOTHING, NOW, '').rows).toEqual([]);
  });
});

describe('the agents pane', () => {
  it('adds up the processor time of all that is below an agent', () => {
    const agent = {
      id: 'claude-code',
      name: 'Claude Code',
      vendor: 'Anthropic',
      kind: 'cli' as const,
      sanction: 'unknown' as const,
      accounts: [],
      installs: [],
      running: [{ pid: 1, startTimeMs: 1 }],
      configFiles: [],
      settings: {},
    };
    const first = withProcesses(
      { ...NOTHING, agents: [agent] },
      { timeMs: NOW, processes: [process(1, 0), process(2, 100)] },
    );
    const second = withProcesses(first, {
      timeMs: NOW + 1_000,
      processes: [process(1, 200), process(2, 400)],
    });
    expect(paneView('agents', NOTHING, NOW, '').rows).toEqual([]);
    expect(paneView('agents', second, NOW, '').rows[0]?.cells[3]).toBe('1, 50 %');
  });
});
