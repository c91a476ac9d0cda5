import { describe, expect, it } from 'vitest';
import { createRandom } from '../../support/mutate-json.ts';
import { OS_OUTPUTS } from '../../support/os-output.ts';

/** `npm run soak -- fuzz` gives each of them a hundred thousand. */
const INPUTS = 600;

describe('what operating systems say', () => {
  it.each(OS_OUTPUTS)('is taken as it comes, however bent: $name', ({ make, feed }) => {
    for (let n = 0; n < INPUTS; n += 1) {
      const input = make(createRandom(n));
      expect(
        () => {
          feed(input);
        },
        input.slice(0, 400),
      ).not.toThrow();
    }
  });
});
