import { expect, it } from 'vitest';
import { stalePages } from '../../../build/docs.ts';

it('holds reference pages that say what the registries say; `npm run docs` writes them', async () => {
  expect(await stalePages()).toEqual([]);
});
