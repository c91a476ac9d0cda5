import { build, type BuildOptions } from 'esbuild';

/**
 * Bundles the window process: the main program as a module, the preload script as CommonJS, which is all that a
 * sandboxed one may be. Packages are inside, so that the packaged app needs no node_modules; Electron brings itself.
 */
export async function buildApp(root: string, outdir: string): Promise<void> {
  const common: BuildOptions = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node24',
    external: ['electron'],
    sourcemap: 'linked',
    logLevel: 'warning',
  };
  await Promise.all([
    build({
      ...common,
      entryPoints: { entry: 'app/entry.ts' },
      format: 'esm',
      // One of the packages is CommonJS and requires parts of Node.
      banner: {
        js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
      },
    }),
    build({
      ...common,
      entryPoints: { preload: 'app/preload-entry.ts' },
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
      sourcemap: false,
    }),
  ]);
}
