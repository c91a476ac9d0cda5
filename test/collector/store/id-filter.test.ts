import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash53 } from '../../../collector/contract/event.ts';
import { IdFilter } from '../../../collector/store/id-filter.ts';

describe('IdFilter', () => {
  it('never denies an id that was added, in any thread', () => {
    const filter = new IdFilter();
    const other = new IdFilter(filter.bits);
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 50 }), (ids) => {
        for (const id of ids) filter.add(hash53(id));
        return ids.every((id) => filter.mayHave(hash53(id)) && other.mayHave(hash53(id)));
      }),
    );
  });

  it('knows of nearly all others that they are new', () => {
    const filter = new IdFilter();
    for (let n = 0; n < 300_000; n++) filter.add(hash53(`claude-code:tool.call:toolu_${n}`));
    let wrong = 0;
    for (let n = 0; n < 100_000; n++)
      if (filter.mayHave(hash53(`claude-code:tool.result:toolu_${n}`))) wrong++;
    expect(wrong).toBeLessThan(500);
  });
});
