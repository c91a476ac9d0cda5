import { describe, expect, it } from 'vitest';
import { sanctionBy } from '../../collector/inventory-task.ts';

describe('sanctionBy', () => {
  it.each([
    [[], [], 'unknown'],
    [['codex'], [], 'sanctioned'],
    [['cursor'], [], 'unsanctioned'],
    [['codex'], ['codex'], 'unsanctioned'],
    [[], ['codex'], 'unsanctioned'],
    [[], ['cursor'], 'unknown'],
  ] as const)('with %j allowed and %j forbidden Codex is %s', (sanctioned, unsanctioned, expected) => {
    expect(sanctionBy({ sanctioned: [...sanctioned], unsanctioned: [...unsanctioned] })('codex')).toBe(
      expected,
    );
  });
});
