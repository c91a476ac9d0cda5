import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Real processes, terminals and sockets on a machine shared with others: one more try there, none at a desk.
    retry: process.env['CI'] === undefined ? 0 : 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/e2e/**'],
          maxWorkers: 2,
          sequence: { hooks: 'list', groupOrder: 0 },
        },
      },
      // Collectors, agents and browsers: one file after the other, each has the machine for itself.
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { hooks: 'list', groupOrder: 1 },
        },
      },
    ],
  },
});
