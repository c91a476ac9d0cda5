/** Bundles the command line, its workers and the window into `dist/`. */
import { build, type Plugin } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { buildApp } from './app.ts';
import { buildWindow } from './window.ts';
import { START_FLAG } from '../collector/lib/memory.ts';

const root = new URL('..', import.meta.url).pathname;
const fresh = `${root}.cache/dist-${process.pid}`;

/** With compiled parts, or used by few commands only: these stay in node_modules, with what they need. */
const OUTSIDE = [
  'better-sqlite3',
  'node-pty',
  'koffi',
  'ink',
  'react',
  'systeminformation',
  '@opentelemetry/*',
];

/**
 * By name, zod comes as one object with everything it has, its words in fifty languages too; so only what is used.
 * Words of other languages in expressions are written as escapes, which esbuild leaves to us: one letter above U+00FF,
 * and V8 keeps the whole file in two bytes a letter, in each thread.
 */
const lean: Plugin = {
  name: 'lean',
  setup: (bundle) => {
    bundle.onLoad({ filter: /[/\\]collector[/\\].*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8').replace("import { z } from 'zod'", "import * as z from 'zod'");
      return { contents: text.replaceAll(/[^\x00-\x7f]/g, escaped), loader: 'ts' };
    });
  },
};

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const entryPoints = {
  reeve: 'collector/cli/entry.ts',
  'ingest-worker': 'collector/ingest-worker.ts',
  'check-worker': 'collector/store/check-worker.ts',
  'read-worker': 'collector/read-worker.ts',
  'process-events-worker': 'collector/sources/process-events-worker.ts',
};

await build({
  absWorkingDir: root,
  entryPoints,
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // What is loaded at each start and kept: few files, only what is used, and small.
  external: OUTSIDE,
  mainFields: ['module', 'main'],
  plugins: [lean],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // Some of the packages are CommonJS and require parts of Node.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
  sourcemap: 'linked',
  logLevel: 'warning',
});
await buildWindow(`${fresh}/renderer`);
await buildApp(root, `${fresh}/app`);
// Read at run time, beside the bundle as beside the source.
cpSync(`${root}collector/store/migrations`, `${fresh}/migrations`, { recursive: true });

keepCompiledCode();

// In one step: whoever starts Reeve meanwhile gets the old bundle or the new one, never half of one.
const old = `${root}.cache/dist-old-${process.pid}`;
if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old);
renameSync(fresh, `${root}dist`);
rmSync(old, { recursive: true, force: true });

/**
 * Leaves the compiled code of all bundles beside them: half of what a start takes otherwise. It belongs to this Node on
 * this machine; any other one ignores it, and the code is compiled as usual.
 */
function keepCompiledCode(): void {
  const entries = new Set(Object.keys(entryPoints).map((name) => `${name}.js`));
  const files = readdirSync(fresh).filter((name) => name.endsWith('.js') && !entries.has(name));
  const script = `
    import { enableCompileCache } from 'node:module';
    import { setFlagsFromString } from 'node:v8';
    setFlagsFromString(${JSON.stringify(START_FLAG)});
    enableCompileCache({ directory: ${JSON.stringify(`${fresh}/code-cache`)}, portable: true });
    for (const name of ${JSON.stringify(files.filter((name) => !/^main-/.test(name)))})
      await import(${JSON.stringify(`${fresh}/`)} + name);
  `;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  if (status !== 0) console.warn(`the code was not compiled in advance: ${stderr}`);
}
