import { describe, expect, it } from 'vitest';
import type { Finding, Severity } from '../../../collector/contract/finding.ts';
import { byIncident } from '../../../renderer/words/incident.ts';

const finding = (id: string, severity: Severity, lastSeenMs: number, sessionId?: string): Finding => ({
  id,
  ruleId: 'r',
  ruleCode: 'B-1',
  severity,
  confidence: 'high',
  title: id,
  why: '',
  subject: { kind: 'tool-call', value: 'x', agentId: 'codex', cwd: '/home/ana/src/shop' },
  ...(sessionId !== undefined && { sessionId }),
  evidence: [],
  taxonomies: { attack: [], atlas: [], owasp: [] },
  bundles: [],
  controls: [],
  firstSeenMs: 0,
  lastSeenMs,
  count: 1,
  status: 'open',
  advice: '',
  actions: [],
});

describe('incidents', () => {
  it('keeps the findings of a session together, the worst session first', () => {
    const { findings, nameOf } = byIncident([
      finding('a', 'high', 9, 'codex:1111111122'),
      finding('b', 'critical', 1, 'codex:2222222233'),
      finding('c', 'low', 5, 'codex:2222222233'),
      finding('d', 'high', 3),
    ]);
    expect(findings.map(({ id }) => id)).toEqual(['b', 'c', 'a', 'd']);
    expect(findings.map(nameOf)).toEqual([
      'Codex in shop, session 22222222 · 2 findings',
      'Codex in shop, session 22222222 · 2 findings',
      'Codex in shop, session 11111111 · 1 finding',
      'How this machine is set up · 1 finding',
    ]);
  });

  it('loses none and makes none up', () => {
    const all = [finding('a', 'low', 1), finding('b', 'low', 2), finding('c', 'medium', 3, 'codex:1')];
    expect(
      byIncident(all)
        .findings.map(({ id }) => id)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
    expect(byIncident([]).findings).toEqual([]);
  });
});
