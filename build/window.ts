import react from '@vitejs/plugin-react';
import { build } from 'vite';

const root = new URL('../renderer/', import.meta.url).pathname;

/**
 * Builds the window: one page whose parts are loaded when they are first looked at. Nothing is inline, so that a policy
 * without `unsafe-inline` holds, and nothing comes from the network.
 * @param outDir emptied first
 */
export async function buildWindow(outDir: string): Promise<void> {
  await build({
    root,
    configFile: false,
    cacheDir: '../.cache/vite',
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir,
      emptyOutDir: true,
      // The Electron that is shipped, and the browsers people keep up to date.
      target: ['chrome140', 'firefox140', 'safari18.2'],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2_000,
    },
  });
}
