import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callsPerMinute,
  NOTHING,
  withEvents,
  withFindings,
  withProcesses,
} from '../../../collector/cli/top/model.ts';
import { paneView } from '../../../collector/cli/top/panes.ts';
import type { ListedProcess } from '../../../collector/contract/process-list.ts';
import { finding, toolCall } from '../../support/records.ts';

const NOW = 1_750_000_000_000;

function process(pid: number, parentPid: number, over: Partial<ListedProcess> = {}): ListedProcess {
  return { pid, parentPid, startTimeMs: pid, name: `p${pid}`, ...over };
}

describe('what the live view shows', () => {
  it('tells CPU use from two lists, and not from the first or of a reused pid', () => {
    const list = (timeMs: number, cpuMs: number, startTicks = 1): Parameters<typeof withProcesses>[1] => ({
      timeMs,
      processes: [process(10, 1, { cpuMs, startTicks })],
    });
    const first = withProcesses(NOTHING, list(1_000, 500));
    expect(first.processes?.[0]?.cpuPercent).toBeUndefined();
    const second = withProcesses(first, list(3_000, 2_500));
    expect(second.processes?.[0]?.cpuPercent).toBe(100);
    expect(withProcesses(second, list(5_000, 1, 99)).processes?.[0]?.cpuPercent).toBeUndefined();
  });

  it('counts the calls of the last minute only, and forgets hosts after a quarter of an hour', () => {
    const events = [90_000, 50_000, 10_000].map((agoMs, n) => ({
      seq: n,
      event: toolCall(String(n), {
        timeMs: NOW - agoMs,
        resources: [
          { kind: 'url' as const, value: 'https://api.example.com:8443/x', access: 'connect' as const },
        ],
      }),
    }));
    const data = withEvents(NOTHING, events, NOW);
    expect(callsPerMinute(data, 'claude-code:s1', NOW)).toBe(2);
    expect(data.hosts.get('api.example.com:8443')?.count).toBe(3);
    expect(withEvents(data, [], NOW + 16 * 60_000).hosts.size).toBe(0);
  });

  it('keeps bounded lists under a flood of names', () => {
    let data = NOTHING;
    for (let n = 0; n < 30; n++) {
      const events = Array.from({ length: 100 }, (_, m) => ({
        seq: n * 100 + m,
        event: toolCall(`${n}-${m}`, {
          timeMs: NOW,
          sessionId: `s${n}-${m}`,
          resources: [{ kind: 'host' as const, value: `h${n}-${m}.example.com`, access: 'connect' as const }],
        }),
      }));
      data = withEvents(data, events, NOW);
    }
    expect(data.hosts.size).toBe(500);
    expect(data.lastCalls.size).toBe(500);
    expect(data.callTimes.size).toBe(500);
    expect(data.hosts.has('h29-99.example.com')).toBe(true);
  });

  it('shows open findings, worst first, and drops those that were dealt with', () => {
    const data = withFindings(NOTHING, [
      finding('low', { severity: 'low' }),
      finding('critical', { severity: 'critical' }),
    ]);
    expect(data.findings.map(({ id }) => id)).toEqual(['critical', 'low']);
    expect(withFindings(data, [finding('critical', { status: 'acknowledged' })]).findings).toHaveLength(1);
  });

  it('shows every process once, whatever parents they claim', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 60 }), (pairs) => {
        const unique = [
          ...new Map(pairs.map(([pid, parent]) => [pid + 1, process(pid + 1, parent + 1)])).values(),
        ];
        const data = withProcesses(NOTHING, { timeMs: 1, processes: unique });
        const shown = paneView('processes', data, NOW, '').rows.map(({ cells }) => Number(cells[0]));
        expect([...shown].sort((a, b) => a - b)).toEqual(unique.map(({ pid }) => pid).sort((a, b) => a - b));
      }),
    );
  });

  it('lets no control character through, whatever names there are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const data = withProcesses(NOTHING, {
          timeMs: 1,
          processes: [process(1, 0, { name, agentId: name })],
        });
        for (const row of paneView('processes', data, NOW, '').rows)
          expect(row.cells.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
      }),
    );
  });
});
