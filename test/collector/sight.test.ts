import { describe, expect, it } from 'vitest';
import type { Witnesses } from '../../collector/contract/process-record.ts';
import { sightOf } from '../../collector/sight.ts';

function claimsOf(claims: Witnesses['processes']['claims']) {
  const items = sightOf({
    agentIds: ['claude-code'],
    witnesses: {
      processes: {
        source: 'events',
        living: 9,
        agents: 1,
        missed: 0,
        ...(claims !== undefined && { claims }),
      },
      network: { working: true, bytes: true },
      attribution: { processes: 0, withSession: 0, withToolCall: 0 },
      counted: 0,
    },
    health: [],
    logFiles: 1,
    sending: { on: false, mode: 'off' },
  });
  return items.find(({ id }) => id === 'claims');
}

describe('what can be seen', () => {
  it('says of how many commands nobody can tell whether they ran', () => {
    expect(claimsOf({ checked: 1_200, undecided: 30 })).toMatchObject({
      state: 'partly',
      text: 'Of 1,200 since the start, 30 may have run unseen.',
    });
    expect(claimsOf({ checked: 4, undecided: 4 })?.state).toBe('blind');
    expect(claimsOf({ checked: 4, undecided: 0 })?.state).toBe('sees');
  });

  it('says nothing of commands while none was claimed', () => {
    expect(claimsOf(undefined)).toBeUndefined();
    expect(claimsOf({ checked: 0, undecided: 0 })).toBeUndefined();
  });
});
