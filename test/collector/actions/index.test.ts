import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../../collector/actions/index.ts';
import { ACTION_IDS, ActionRequest, ActionResult, ActionTarget } from '../../../collector/contract/action.ts';

describe('ACTIONS', () => {
  it('lists every action there is a file for, under its file name', () => {
    const folder = new URL('../../../collector/actions/', import.meta.url);
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => /: ControlAction = \{/.test(readFileSync(new URL(name, folder), 'utf8')))
      .map((name) => name.slice(0, -'.ts'.length));
    expect(files.sort()).toEqual(Object.keys(ACTIONS).sort());
    expect(Object.keys(ACTIONS).sort()).toEqual([...ACTION_IDS].sort());
    for (const [id, action] of Object.entries(ACTIONS)) expect(action.id).toBe(id);
  });

  it('asks before what cannot be undone', () => {
    expect(
      Object.values(ACTIONS)
        .filter((action) => action.destructive)
        .map(({ id }) => id),
    ).toEqual(['kill']);
  });

  it('fails as a value when the process table cannot be read', async () => {
    for (const action of Object.values(ACTIONS)) {
      const result = await action.run(
        { kind: 'agent', id: 'codex' },
        {},
        {
          monotonicMs: () => 0,
          resolve: () => ({ roots: [] }),
          control: {
            ownPid: 7,
            list: () => Promise.reject(new Error('EMFILE: too many open files')),
            signal: () => Promise.resolve('sent'),
            isStopped: () => false,
          },
        },
      );
      expect(ActionResult.parse(result)).toMatchObject({ status: 'failed', processes: [] });
      expect(result.detail).toContain('EMFILE');
    }
  });
});

describe('the contract', () => {
  it('takes no process below 1, no empty id, no endless grace and no policy from outside', () => {
    const bad = [
      { kind: 'process', pid: 0, startTimeMs: 1 },
      { kind: 'process', pid: -5, startTimeMs: 1 },
      { kind: 'process', pid: 1.5, startTimeMs: 1 },
      { kind: 'session', id: '' },
      { kind: 'machine', id: 'all' },
    ];
    for (const target of bad) expect(ActionTarget.safeParse(target).success).toBe(false);
    const request = { action: 'kill', target: { kind: 'agent', id: 'codex' } };
    expect(ActionRequest.parse(request).via).toBe('app');
    for (const more of [
      { graceMs: 60_001 },
      { graceMs: -1 },
      { via: 'policy' },
      { reason: 'x'.repeat(1_001) },
      { action: 'rm' },
    ])
      expect(ActionRequest.safeParse({ ...request, ...more }).success).toBe(false);
  });
});
