import { describe, expect, it } from 'vitest';
import { patchPaths } from '../../../../collector/agents/shared/patch.ts';

describe('patchPaths', () => {
  it('names every file of an envelope once, in order', () => {
    const patch =
      '*** Begin Patch\n*** Update File: a.ts\n*** Move to: b.ts\n@@\n+*** Add File: no.ts\n*** Add File: c d.ts\r\n*** Delete File: a.ts\n*** End Patch';
    expect(patchPaths(patch)).toEqual(['a.ts', 'b.ts', 'c d.ts']);
  });

  it('finds none in other text', () => {
    expect(patchPaths('')).toEqual([]);
    expect(patchPaths('--- a/x\n+++ b/x\n')).toEqual([]);
    expect(patchPaths('*** Add File: \n*** Add File: ' + 'x'.repeat(5_000))).toEqual([]);
  });

  it('stops at 1,000 files', () => {
    const patch = Array.from({ length: 3_000 }, (_, i) => `*** Add File: f${i}`).join('\n');
    expect(patchPaths(patch)).toHaveLength(1_000);
  });
});
