import { describe, expect, it } from 'vitest';
import { foldIncidents, titleOf } from '../../../collector/cli/fold-incidents.ts';
import type { Finding } from '../../../collector/contract/finding.ts';

function finding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    ruleId: 'read.ssh-keys',
    ruleCode: 'B-01',
    severity: 'high',
    confidence: 'high',
    title: 'Private key read',
    why: 'x',
    subject: { kind: 'tool-call', value: 'x' },
    evidence: [],
    taxonomies: { attack: [], atlas: [], owasp: [] },
    bundles: [],
    controls: [],
    firstSeenMs: 1,
    lastSeenMs: 2,
    count: 1,
    status: 'open',
    advice: 'x',
    actions: [],
    ...more,
  };
}

describe('a list with incidents', () => {
  const incident = finding('i_1', { title: 'Secrets read, then sent away', members: ['f_1', 'f_2'] });

  it('shows the incident instead of its parts', () => {
    const list = [
      incident,
      finding('f_1', { incidentId: 'i_1' }),
      finding('f_3'),
      finding('f_2', { incidentId: 'i_1' }),
    ];
    expect(foldIncidents(list).map(({ id }) => id)).toEqual(['i_1', 'f_3']);
    expect(titleOf(incident)).toBe('Secrets read, then sent away (2 findings)');
  });

  it('hides nothing when the incident itself is not in the list', () => {
    const list = [finding('f_1', { incidentId: 'i_1' }), finding('f_3')];
    expect(foldIncidents(list)).toBe(list);
    expect(titleOf(finding('f_3'))).toBe('Private key read');
  });
});
