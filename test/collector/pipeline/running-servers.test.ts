import { describe, expect, it } from 'vitest';
import type { ListedProcess } from '../../../collector/contract/process-list.ts';
import { runningServers } from '../../../collector/pipeline/running-servers.ts';

const listed = (
  pid: number,
  parentPid: number,
  command: string,
  more: Partial<ListedProcess> = {},
): ListedProcess => ({
  pid,
  startTimeMs: pid,
  parentPid,
  name: 'x',
  command,
  agentId: 'claude-code',
  role: 'child',
  ...more,
});
const AGENT = listed(10, 1, 'claude', { role: 'agent' });
const server = (command: string, args: readonly string[], agentIds = ['claude-code']) => ({
  id: 'mcp:a',
  command,
  args: [...args],
  agentIds: [...agentIds],
});
const pidsOf = (one: ReturnType<typeof server>, ...processes: ListedProcess[]): readonly number[] =>
  (runningServers([one], [AGENT, ...processes]).get('mcp:a') ?? []).map(({ pid }) => pid);

describe('running servers', () => {
  it.each([
    ['as it is written', server('files', ['/srv']), 'files /srv'],
    ['by its path', server('files', ['/srv']), '/usr/bin/files /srv'],
    ['behind its interpreter', server('files', ['/srv']), 'node /usr/local/bin/files /srv'],
    ['as npm shows it', server('npx', ['-y', '@example/x', '/srv']), 'npm exec @example/x /srv'],
    ['as uv shows it', server('uvx', ['x==1.0']), '/home/jane/.local/bin/uv tool uvx x==1.0'],
    ['with an interpreter of its own', server('node', ['/opt/x.js']), '/usr/bin/node /opt/x.js'],
  ])('are known %s', (_, one, command) => {
    expect(pidsOf(one, listed(11, 10, command))).toEqual([11]);
  });

  it('are the process that the agent started, not what that starts', () => {
    const one = server('npx', ['-y', 'x']);
    expect(
      pidsOf(one, listed(11, 10, 'npm exec x'), listed(12, 11, 'sh -c x'), listed(13, 12, 'npx -y x')),
    ).toEqual([11]);
  });

  it('name their agent, its process and the session', () => {
    const running = runningServers([server('x', [])], [AGENT, listed(11, 10, 'x', { sessionId: 's' })]);
    expect(running.get('mcp:a')).toEqual([
      { pid: 11, startTimeMs: 11, agentId: 'claude-code', agentPid: 10, sessionId: 's' },
    ]);
  });

  it('are not those of an agent that does not use the server, nor anything else', () => {
    expect(pidsOf(server('x', ['a'], ['cursor']), listed(11, 10, 'x a'))).toEqual([]);
    expect(pidsOf(server('x', ['a']), listed(11, 10, 'x a b'), listed(12, 10, 'y a'))).toEqual([]);
    expect(pidsOf(server('claude', []))).toEqual([]);
  });

  it('end, also when processes are each other’s parents', () => {
    expect(pidsOf(server('x', []), listed(11, 12, 'x'), listed(12, 11, 'y'))).toEqual([11]);
  });
});
