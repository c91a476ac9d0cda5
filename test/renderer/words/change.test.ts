import { describe, expect, it } from 'vitest';
import type { InventoryChange } from '../../../collector/contract/inventory-change.ts';
import { changedFields, changeSubject, dayName, nameOfChange } from '../../../renderer/words/change.ts';

const change = (more: Partial<InventoryChange>): InventoryChange => ({
  seq: 1,
  timeMs: 0,
  kind: 'mcp-server',
  id: 'mcp:1',
  name: 'docs',
  change: 'changed',
  fields: [],
  ...more,
});

describe('a change of what is on the machine', () => {
  it('is named by what it is, also when it is gone', () => {
    expect(changeSubject(change({}), [])).toBe('MCP server');
    expect(changeSubject(change({ kind: 'asset', id: 'hook:12' }), [])).toBe('hook');
    expect(changeSubject(change({ kind: 'asset', id: '9f' }), [])).toBe('skill or hook');
    expect(nameOfChange(change({ kind: 'credential', name: 'github-pat' }))).toBe('GitHub access token');
  });

  it('says in words what is different, with both texts', () => {
    const fields = [
      { field: 'args', before: '["-y","docs"]', after: '["-y","docs@2"]' },
      { field: 'sha256', before: 'a'.repeat(64), after: 'b'.repeat(64) },
      { field: 'enabled', before: 'true', after: 'false' },
      { field: 'newThing', after: '["cut…' },
    ];
    expect(changedFields(change({ fields }))).toEqual([
      { field: 'args', label: 'Arguments', before: '-y docs', after: '-y docs@2' },
      { field: 'sha256', label: 'Content', before: `${'a'.repeat(12)}…`, after: `${'b'.repeat(12)}…` },
      { field: 'enabled', label: 'Switched on', before: 'yes', after: 'no' },
      { field: 'newThing', label: 'New thing', after: '["cut…' },
    ]);
  });

  it('stands under its day', () => {
    const noon = Date.UTC(2026, 10, 22, 12);
    expect([0, 1, 2, 400].map((days) => dayName(noon - days * 86_400_000, noon))).toEqual([
      'Today',
      'Yesterday',
      'Friday 20 November',
      'Saturday 18 October',
    ]);
  });
});
