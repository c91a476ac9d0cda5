import { describe, expect, it } from 'vitest';
import { callKey } from '../../../../collector/agents/shared/call-key.ts';

describe('call keys', () => {
  it.each([
    'call_1ffDrXjJKYhAXh5J',
    'toolu_01ABCDEFGHJK',
    'run_shell_command__aqnyrcku',
    'chatcmpl-tool-0a1b2c3d4e5f',
  ])('leaves the random id %s alone', (id) => {
    expect(callKey(id, 'session')).toBe(id);
  });

  it.each(['functions.bash:0', 'call_1', '891143965', 'a', '', 'read_file_177274_0', 'tool-call-12'])(
    'joins the numbered id %s with its scope',
    (id) => {
      expect(callKey(id, 'session')).toBe(`${id}@session`);
    },
  );
});
