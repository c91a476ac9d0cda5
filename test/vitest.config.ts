import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Real processes, terminals and sockets on a machine shared with others: one more try there, none at a desk.
    retry: process.env['CI'] === undefined ? 0 : 1,
    sequence: { hooks: 'list' },
  },
});
