/** Bundles the command line, its workers and the window into `dist/`. Packages of the collector stay in node_modules. */
import { build } from 'esbuild';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { buildApp } from './app.ts';
import { buildWindow } from './window.ts';

const root = new URL('..', import.meta.url).pathname;
const fresh = `${root}.cache/dist-${process.pid}`;

await build({
  absWorkingDir: root,
  entryPoints: {
    reeve: 'collector/cli/main.ts',
    'ingest-worker': 'collector/ingest-worker.ts',
    'check-worker': 'collector/store/check-worker.ts',
    'process-events-worker': 'collector/sources/process-events-worker.ts',
  },
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  packages: 'external',
  sourcemap: 'linked',
  logLevel: 'warning',
});
await buildWindow(`${fresh}/renderer`);
await buildApp(root, `${fresh}/app`);
// Read at run time, beside the bundle as beside the source.
cpSync(`${root}collector/store/migrations`, `${fresh}/migrations`, { recursive: true });

// In one step: whoever starts Reeve meanwhile gets the old bundle or the new one, never half of one.
const old = `${root}.cache/dist-old-${process.pid}`;
if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old);
renameSync(fresh, `${root}dist`);
rmSync(old, { recursive: true, force: true });
