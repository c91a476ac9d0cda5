import { describe, expect, it } from 'vitest';
import { unknownLabel } from '../../../../collector/agents/shared/label.ts';

describe('unknownLabel', () => {
  it('keeps plain vendor words', () => {
    expect(unknownLabel('system', 'turn_duration')).toBe('system.turn_duration');
    expect(unknownLabel('', 'world_state')).toBe('world_state');
  });

  it('keeps nothing of text that could be anything', () => {
    const token = ['ghp_', 'x'.repeat(80)].join('');
    for (const name of [undefined, '', 'two words', token, 'a\nb', 'é']) {
      expect(unknownLabel('tool', name)).toBe('tool.other');
    }
  });
});
