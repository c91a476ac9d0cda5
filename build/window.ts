import react from '@vitejs/plugin-react';
import { build, type HtmlTagDescriptor, type Plugin } from 'vite';
import { SHAPES } from '../renderer/contract/shapes.ts';
import { shellHtml } from './shell.ts';

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
    plugins: [react(), shapes(), shell()],
    build: {
      outDir,
      emptyOutDir: true,
      // The Electron that is shipped, and the browsers people keep up to date.
      target: ['chrome140', 'firefox140', 'safari18.2'],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: {
          // Few files of some size: each one is a request before anything is shown.
          codeSplitting: {
            groups: [
              { name: 'connect', test: /renderer\/transport|contract\/protocol/, priority: 2 },
              { name: 'library', test: /node_modules/, minShareCount: 2, priority: 1 },
              { name: 'shared', minShareCount: 2 },
            ],
          },
        },
      },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2_000,
    },
  });
}

/** Puts the shapes of the contract into the page, instead of the schemas they are made from. */
function shapes(): Plugin {
  return {
    name: 'shapes',
    enforce: 'pre',
    load: (id) =>
      id.endsWith('/renderer/contract/shapes.ts')
        ? `export const SHAPES = JSON.parse(${JSON.stringify(JSON.stringify(SHAPES))});`
        : undefined,
    generateBundle: (_options, bundle) => {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && chunk.moduleIds.some((id) => id.includes('/node_modules/zod/')))
          throw new Error(
            `${chunk.name} carries schemas: the window imports a value from a file that has some`,
          );
    },
  };
}

/** Writes the frame of the window into the page, and lets the program be fetched before the entry asks for it. */
function shell(): Plugin {
  return {
    name: 'shell',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle = {} }) => {
        const wanted = new Set<string>();
        const add = (file: string): void => {
          const chunk = bundle[file];
          if (chunk?.type !== 'chunk' || wanted.has(file)) return;
          wanted.add(file);
          chunk.imports.forEach(add);
        };
        for (const chunk of Object.values(bundle))
          if (chunk.type === 'chunk' && chunk.isEntry) chunk.dynamicImports.forEach(add);
        const tags = [...wanted].map((file): HtmlTagDescriptor => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
          injectTo: 'head',
        }));
        return { html: html.replace('<div id="root"></div>', `<div id="root">${shellHtml()}</div>`), tags };
      },
    },
  };
}
