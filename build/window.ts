import react from '@vitejs/plugin-react';
import { build, type HtmlTagDescriptor, type Plugin } from 'vite';
import { EARLY_MARK, earlyScript } from './early.ts';
import { SHAPES } from '../renderer/contract/shapes.ts';
import { shellHtml } from './shell.ts';

const root = new URL('../renderer/', import.meta.url).pathname;

/**
 * Builds the window: one page whose parts are loaded when they are first looked at. Nothing is
 * inline but a few lines with the nonce of the answer, and nothing comes from the network.
 * @param outDir emptied first
 */
export async function buildWindow(outDir: string): Promise<void> {
  const layers = new Map<string, string>();
  await build({
    root,
    configFile: false,
    cacheDir: '../.cache/vite',
    logLevel: 'warn',
    plugins: [react(), shapes(), shell(), readLayers(layers), compiledWhole()],
    build: {
      outDir,
      emptyOutDir: true,
      // The Electron that is shipped, and the browsers people keep up to date.
      target: ['chrome140', 'firefox140', 'safari18.2'],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: {
          // Few files of some size: each one is a request, and a browser makes six at a time.
          codeSplitting: {
            groups: [
              ...LAYERS.map(({ name }, index) => ({
                name,
                test: (id: string) => layers.get(id) === name && !id.includes('/renderer/pages/'),
                priority: 10 - index,
              })),
              { name: 'overlays', test: /@base-ui|@floating-ui/, minShareCount: 2, priority: 2 },
              { name: 'shared', minShareCount: 2, priority: 1 },
            ],
          },
        },
      },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2_000,
    },
  });
}

/**
 * What is needed at once, in the order it is needed: each is one file with everything that the ones before do not hold.
 * The entry connects; the program draws the frame and the overview; lists are what people open it for most.
 */
const LAYERS: readonly { readonly name: string; readonly from: readonly string[] }[] = [
  { name: 'connect', from: ['/renderer/main.ts'] },
  { name: 'program', from: ['/renderer/start.tsx'] },
  { name: 'lists', from: ['/renderer/pages/findings.tsx', '/renderer/pages/sessions.tsx'] },
];

/** @param layers filled, before the files are made, with the layer of each module that is in one */
function readLayers(layers: Map<string, string>): Plugin {
  return {
    name: 'layers',
    buildEnd() {
      const add = (id: string, layer: string): void => {
        if (layers.has(id)) return;
        layers.set(id, layer);
        for (const other of this.getModuleInfo(id)?.importedIds ?? []) add(other, layer);
      };
      const ids = [...this.getModuleIds()];
      for (const { name, from } of LAYERS)
        for (const start of from) for (const id of ids.filter((one) => one.endsWith(start))) add(id, name);
    },
  };
}

/**
 * Lets a browser compile all of what is needed at once while it still arrives, beside the main thread, instead of function
 * by function when each is called (Chrome 136 and later; a comment elsewhere).
 */
function compiledWhole(): Plugin {
  return {
    name: 'compiled-whole',
    generateBundle: {
      order: 'post',
      handler: (_options, bundle) => {
        for (const chunk of Object.values(bundle))
          if (chunk.type === 'chunk' && LAYERS.some(({ name }) => name === chunk.name))
            chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
      },
    },
  };
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

/** Writes the frame of the window and what comes before everything into the page, and lets the program be fetched before the entry asks for it. */
function shell(): Plugin {
  return {
    name: 'shell',
    transformIndexHtml: {
      order: 'post',
      handler: async (html, { bundle = {} }) => {
        const wanted = new Set<string>();
        const add = (file: string): void => {
          const chunk = bundle[file];
          if (chunk?.type !== 'chunk' || wanted.has(file)) return;
          wanted.add(file);
          chunk.imports.forEach(add);
        };
        for (const chunk of Object.values(bundle))
          if (chunk.type === 'chunk' && chunk.name === 'program') add(chunk.fileName);
        const tags = [...wanted]
          .filter((file) => !html.includes(file))
          .map((file): HtmlTagDescriptor => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
            injectTo: 'head',
          }));
        const early = await earlyScript(bundle);
        return {
          html: html
            .replace(EARLY_MARK, () => early)
            .replace('<div id="root"></div>', () => `<div id="root">${shellHtml()}</div>`),
          tags,
        };
      },
    },
  };
}
