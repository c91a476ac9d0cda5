import { describe, expect, it } from 'vitest';
import type { Attribution, ProcessPlace } from '../../collector/contract/attribution.ts';
import type { Connection } from '../../collector/contract/connection.ts';
import { type ProcessInfo, type ProcessKey } from '../../collector/contract/process.ts';
import { ProcessFacts } from '../../collector/process-facts.ts';

const T = 1_800_000_000_000;
const MINUTE = 60_000;

interface Being {
  readonly attribution: Attribution;
  readonly info: ProcessInfo;
  readonly above: readonly number[];
}

/** A table of processes as the attribution would know it. */
class Scene {
  readonly beings = new Map<number, Being>();
  connections: Connection[] = [];
  readonly facts = new ProcessFacts({
    placeOf: (key) => this.#placeOf(key),
    ancestorsOf: ({ pid }) =>
      (this.beings.get(pid)?.above ?? []).flatMap((at) => this.beings.get(at)?.info ?? []),
    attributionOf: ({ pid }) => this.beings.get(pid)?.attribution,
    connections: () => this.connections,
    namesOf: () => [],
  });

  add(
    pid: number,
    role: 'agent' | 'child',
    agentId: string,
    session: string,
    above: readonly number[],
    agent = pid,
  ): void {
    const info = { pid, startTimeMs: T, parentPid: above[0] ?? 1, name: agentId, argv: [agentId] };
    this.beings.set(pid, {
      info,
      above,
      attribution: {
        process: { pid, startTimeMs: T },
        role,
        agentId,
        sessionId: `${agentId}:${session}`,
        agentProcess: { pid: agent, startTimeMs: T },
        links: [],
        confidence: 'high',
      },
    });
  }

  take(nowMs: number): readonly unknown[] {
    return this.facts.take(
      [...this.beings.values()].map(({ attribution }) => attribution),
      nowMs,
    );
  }

  #placeOf({ pid }: ProcessKey): ProcessPlace | undefined {
    const being = this.beings.get(pid);
    return being === undefined
      ? undefined
      : { process: being.info, attribution: being.attribution, ancestors: [] };
  }
}

const connectionOf = (pid: number, bytesOut: number): Connection => ({
  process: { pid, startTimeMs: T },
  protocol: 'tcp',
  local: { address: '192.0.2.1', port: 50_000 },
  remote: { address: '203.0.113.5', port: 443 },
  state: 'established',
  listening: false,
  bytesOut,
  bytesIn: 10,
});

describe('facts that no single process shows', () => {
  it('tell once of what outlives its agent by five minutes', () => {
    const scene = new Scene();
    scene.add(10, 'agent', 'codex', 'a', []);
    scene.add(11, 'child', 'codex', 'a', [10], 10);
    scene.facts.agentEnded({ pid: 10, startTimeMs: T }, T);
    scene.beings.delete(10);
    expect(scene.facts.isWaiting).toBe(true);
    expect(scene.take(T + 4 * MINUTE)).toEqual([]);
    scene.connections = [connectionOf(11, 5)];
    expect(scene.take(T + 6 * MINUTE)).toMatchObject([
      { kind: 'survivor', process: { pid: 11 }, afterMs: 6 * MINUTE, connected: true },
    ]);
    expect(scene.take(T + 7 * MINUTE)).toEqual([]);
    scene.beings.delete(11);
    scene.take(T + 8 * MINUTE);
    expect(scene.facts.isWaiting).toBe(false);
  });

  it('add up what a session reached in ten minutes', () => {
    const scene = new Scene();
    scene.add(11, 'child', 'codex', 'a', []);
    const place = {
      process: scene.beings.get(11)!.info,
      attribution: scene.beings.get(11)!.attribution,
      ancestors: [],
    };
    for (let n = 1; n <= 12; n += 1)
      scene.facts.connected(place, { address: `10.0.0.${n}`, port: 22 }, T + n * MINUTE);
    const [fact] = scene.take(T + 12 * MINUTE) as { remotes: unknown[]; programs: unknown[] }[];
    expect(fact).toMatchObject({ kind: 'reach', sessionId: 'codex:a', programs: ['codex'] });
    expect(fact?.remotes).toHaveLength(11);
    expect(scene.take(T + 12 * MINUTE)).toEqual([]);
  });

  it('count agents below a session, and take a launcher and its agent for one', () => {
    const scene = new Scene();
    scene.add(10, 'agent', 'claude-code', 'a', []);
    scene.add(12, 'agent', 'codex', 'b', [11, 10]);
    scene.add(13, 'agent', 'codex', 'b', [12, 11, 10]);
    expect(scene.take(T)).toMatchObject([
      { kind: 'fanout', sessionId: 'claude-code:a', running: 2, depth: 1 },
    ]);
    expect(scene.take(T)).toEqual([]);
    scene.add(15, 'agent', 'gemini-cli', 'c', [14, 13, 12, 11, 10]);
    expect(scene.take(T)).toMatchObject([{ running: 3, depth: 2 }]);
  });

  it('weigh a connection at a megabyte and whenever that has doubled', () => {
    const scene = new Scene();
    scene.add(11, 'child', 'codex', 'a', []);
    const told: unknown[] = [];
    for (const megabytes of [0.5, 1.2, 1.4, 2.3, 2.5, 5, 6]) {
      scene.facts.carried([connectionOf(11, megabytes * 1e6)], T);
      if (megabytes > 4) scene.facts.sensitive('codex:a');
      for (const fact of scene.take(T) as { bytesOut: number; afterSensitive: boolean }[])
        told.push([fact.bytesOut / 1e6, fact.afterSensitive]);
    }
    expect(told).toEqual([
      [1.2, false],
      [2.5, false],
      [5, true],
    ]);
  });
});
