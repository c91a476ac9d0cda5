/** Bundles the command line and its worker into `dist/`. Packages from node_modules stay there. */
import { build } from 'esbuild';
import { cpSync, rmSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
rmSync(`${root}dist`, { recursive: true, force: true });

await build({
  absWorkingDir: root,
  entryPoints: {
    reeve: 'collector/cli/main.ts',
    'ingest-worker': 'collector/ingest-worker.ts',
    'process-events-worker': 'collector/sources/process-events-worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  packages: 'external',
  sourcemap: 'linked',
  logLevel: 'warning',
});
// Read at run time, beside the bundle as beside the source.
cpSync(`${root}collector/store/migrations`, `${root}dist/migrations`, { recursive: true });
