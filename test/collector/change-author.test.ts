import { describe, expect, it } from 'vitest';
import { createAuthorOf } from '../../collector/change-author.ts';
import { StoredEvent } from '../../collector/contract/stored.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const CONFIG = '/home/jane/.cursor/mcp.json';

let n = 0;
function call(
  agoMs: number,
  more: {
    readonly session?: string;
    readonly shell?: boolean;
    readonly writes?: string;
    readonly reads?: string;
  } = {},
): StoredEvent {
  n += 1;
  const { session = 's1', shell = false, writes, reads } = more;
  return StoredEvent.parse({
    id: `e${n}`,
    kind: 'tool.call',
    timeMs: NOW - agoMs,
    agentId: 'codex',
    sessionId: `codex:${session}`,
    actor: { user: 'jane' },
    tool: { name: shell ? 'shell' : 'apply_patch', category: shell ? 'shell' : 'write', callId: `c${n}` },
    resources: [
      ...(writes === undefined ? [] : [{ kind: 'file', value: writes, access: 'write' }]),
      ...(reads === undefined ? [] : [{ kind: 'file', value: reads, access: 'read' }]),
    ],
    source: { path: '/log', offsetBytes: n },
  });
}

function authorOf(
  events: readonly StoredEvent[],
  modifiedMs: number | undefined = NOW - 1_000,
  path = CONFIG,
) {
  return createAuthorOf({ nowMs: NOW, toolCalls: () => events, modifiedMs: () => modifiedMs })('mcp-server', {
    path,
  });
}

describe('createAuthorOf', () => {
  it('finds the call that names the file as written', () => {
    const events = [
      call(900, { reads: CONFIG }),
      call(3_000, { writes: CONFIG }),
      call(5_000, { shell: true, session: 's2' }),
    ];
    expect(authorOf(events)).toMatchObject({
      eventId: events[1]?.id,
      tool: 'apply_patch',
      confidence: 'high',
    });
  });

  it('takes a folder that was written for what is in it', () => {
    expect(authorOf([call(2_000, { writes: '/home/jane/.cursor/' })])?.confidence).toBe('high');
    expect(authorOf([call(2_000, { writes: '/home/jane/.cur' })])).toBeUndefined();
  });

  it('guesses the only session that ran commands just then, and says that it is a guess', () => {
    expect(authorOf([call(2_000, { shell: true })])).toMatchObject({ confidence: 'low', tool: 'shell' });
    expect(
      authorOf([call(2_000, { shell: true }), call(3_000, { shell: true, session: 's2' })]),
    ).toBeUndefined();
    expect(authorOf([call(120_000, { shell: true })])).toBeUndefined();
  });

  it('blames nobody for what happened before the call, long ago, or in another place', () => {
    expect(authorOf([call(1_000, { writes: CONFIG })], NOW - 60_000)).toBeUndefined();
    expect(authorOf([call(3_600_000, { writes: CONFIG })], NOW - 3_600_000)).toBeUndefined();
    expect(
      authorOf([call(2_000, { writes: CONFIG })], NOW - 1_000, 'container:c1:/root/mcp.json'),
    ).toBeUndefined();
    expect(authorOf([])).toBeUndefined();
  });

  it('judges a file that is gone by when it was missed', () => {
    expect(
      createAuthorOf({
        nowMs: NOW,
        toolCalls: () => [call(2_000, { writes: CONFIG })],
        modifiedMs: () => undefined,
      })('mcp-server', { path: CONFIG })?.confidence,
    ).toBe('high');
  });
});
