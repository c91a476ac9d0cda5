import { describe, expect, it } from 'vitest';
import { unknownLabel } from '../../../../collector/agents/shared/label.ts';

describe('unknownLabel', () => {
  it('keeps plain vendor words', () => {
    expect(unknownLabel('system', 'turn_duration')).toBe('system.turn_duration');
    expect(unknownLabel('item', 'CollabAgentToolCall')).toBe('item.CollabAgentToolCall');
    expect(unknownLabel('', 'world_state')).toBe('world_state');
  });

  it('keeps nothing of text that could be anything', () => {
    const token = ['ghp_', 'x'.repeat(36)].join('');
    const key = ['AK', 'IA', '1234567890ABCDEF'].join('');
    for (const name of [key, 'a'.repeat(100_000), undefined, '', 'two words', token, 'a\nb', 'é']) {
      expect(unknownLabel('tool', name)).toBe('tool.other');
    }
  });
});
