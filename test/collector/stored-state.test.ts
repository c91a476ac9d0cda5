import { describe, expect, it } from 'vitest';
import { initialSessionState } from '../../collector/pipeline/session-state.ts';
import { readState, redactState } from '../../collector/stored-state.ts';

const secret = ['ghp_', 'a1B2c3D4'.repeat(5).slice(0, 36)].join('');

describe('the state of a session', () => {
  it('comes back as it was stored', () => {
    const state = { ...initialSessionState(), workspace: '/home/ana/src/shop', toolCalls: 7 };
    expect(readState(JSON.stringify(state))).toEqual(state);
  });

  it('starts afresh when its shape is not understood', () => {
    expect(readState(JSON.stringify({ ...initialSessionState(), toolCalls: 'seven' }))).toBeUndefined();
    expect(readState('[]')).toBeUndefined();
  });
});

describe('the state of a parser', () => {
  it('is stored without the secrets a log put into it, at any depth and in names', () => {
    const clean = redactState({ gitBranch: `fix-${secret}`, leaves: [[`x ${secret}`, { [secret]: 1 }]] });
    expect(JSON.stringify(clean)).not.toContain(secret);
  });

  it('keeps everything else', () => {
    const state = { session: 'abc', timeMs: 5, started: ['abc'], own: true, none: null };
    expect(redactState(state)).toEqual(state);
  });

  it('ends where nesting is deeper than any parser makes it', () => {
    let deep: unknown = 'end';
    for (let n = 0; n < 50; n++) deep = [deep];
    expect(JSON.stringify(redactState({ deep }))).not.toContain('end');
  });
});
