import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProcessPlace } from '../../collector/contract/attribution.ts';
import type { Connection, ConnectionChange } from '../../collector/contract/connection.ts';
import type { EnrichedEvent } from '../../collector/contract/event.ts';
import { MachineNetwork } from '../../collector/machine-network.ts';
import { tempDir } from '../support/temp.ts';

const KEY = { pid: 7, startTimeMs: 1 };
const connectionTo = (address: string, port: number): Connection => ({
  process: KEY,
  protocol: 'tcp',
  local: { address: '192.0.2.1', port: 50_000 + port },
  remote: { address, port },
  state: 'established',
  listening: false,
  bytesOut: 1_234,
});
const place: ProcessPlace = {
  process: { ...KEY, parentPid: 1, name: 'curl', argv: ['curl', 'https://api.example.com/x'] },
  attribution: {
    process: KEY,
    role: 'child',
    agentId: 'codex',
    sessionId: 'codex:a',
    toolCallId: 'call_1',
    links: [],
    confidence: 'high',
  },
  ancestors: [],
};
const callWith = (callId: string, ...urls: readonly string[]): EnrichedEvent => ({
  id: callId,
  kind: 'tool.call',
  timeMs: 1,
  nativeSessionId: 'a',
  agentId: 'codex',
  sessionId: 'codex:a',
  offsetBytes: 0,
  actor: { user: 'ana' },
  source: { path: '/x', offsetBytes: 0 },
  tool: { name: 'shell', category: 'shell', callId },
  input: {},
  resources: urls.map((value) => ({ kind: 'url', value, access: 'connect' })),
});

async function seen(
  events: readonly EnrichedEvent[],
  connections: readonly Connection[],
): Promise<{ changes: ConnectionChange[]; network: MachineNetwork }> {
  const hostsFile = join(tempDir(), 'hosts');
  writeFileSync(hostsFile, '192.0.2.80 named.test\n');
  const changes: ConnectionChange[] = [];
  const network = new MachineNetwork({
    reader: { connections: () => Promise.resolve({ connections, truncated: false }) },
    processes: () => [KEY],
    isBusy: () => false,
    placeOf: () => place,
    onChange: (change) => changes.push(change),
    hostsFile,
  });
  network.start();
  for (const event of events) network.event(event);
  await network.look();
  await network.stop();
  return { changes, network };
}
const hostsOf = (changes: readonly ConnectionChange[]): (readonly string[])[] =>
  changes.flatMap((change) => (change.kind === 'connect' ? [change.hosts] : []));

describe('names of connections', () => {
  it('come from the hosts file', async () => {
    const { changes } = await seen([], [connectionTo('192.0.2.80', 443)]);
    expect(hostsOf(changes)).toEqual([['named.test']]);
  });

  it('come from the tool call that names just one host, for its port and public addresses only', async () => {
    const call = callWith('call_1', 'https://api.example.com/x', 'https://api.example.com/y');
    const { changes, network } = await seen(
      [call],
      [connectionTo('8.8.4.4', 443), connectionTo('8.8.4.4', 5432), connectionTo('10.0.0.9', 443)],
    );
    expect(hostsOf(changes)).toEqual([['api.example.com'], [], []]);
    expect(network.list()[0]).toMatchObject({
      program: 'curl',
      agentId: 'codex',
      sessionId: 'codex:a',
      part: 'tool',
      address: '8.8.4.4',
      hosts: ['api.example.com'],
      bytesOut: 1_234,
    });
  });

  it('are not guessed when a call names several, or another call does', async () => {
    const several = callWith('call_1', 'https://a.test/', 'https://b.test/');
    const other = callWith('call_2', 'https://c.test/');
    const { changes } = await seen([several, other], [connectionTo('8.8.4.4', 443)]);
    expect(hostsOf(changes)).toEqual([[]]);
  });
});
