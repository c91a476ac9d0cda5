import { build } from 'esbuild';
import type { Rolldown } from 'vite';

const ROOT = new URL('..', import.meta.url).pathname;
/** Stands in the page where the script goes: after what it reads, before the styles, which would hold it up. */
export const EARLY_MARK = '<!--early-->';

/**
 * `renderer/early.ts` as an element of the page. The server puts its nonce in, as everywhere.
 * @param bundle what was made; empty while nothing was
 */
export async function earlyScript(bundle: Rolldown.OutputBundle): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['renderer/early.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    minify: true,
    target: 'es2024',
    define: { PAGE_FILES: JSON.stringify(pageFiles(bundle)) },
    legalComments: 'none',
    logLevel: 'warning',
  });
  const script = outputFiles.map((file) => file.text.trim()).join('');
  if (script.includes('</')) throw new Error('the early script cannot stand in a page');
  return `<script nonce="__CSP_NONCE__">${script}</script>`;
}

/** See `PAGE_FILES` of `renderer/early.ts`. */
function pageFiles(bundle: Rolldown.OutputBundle): [files: string[], pages: Record<string, number[]>] {
  const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
  const inProgram = new Set(chunks.filter(({ name }) => name === 'program').flatMap(withImports));
  const files: string[] = [];
  const pages: Record<string, number[]> = {};
  for (const chunk of chunks) {
    const page = /\/renderer\/pages\/([a-z]+)\.tsx$/.exec(chunk.facadeModuleId ?? '')?.[1];
    if (page === undefined) continue;
    pages[page] = withImports(chunk)
      .filter((file) => !inProgram.has(file))
      .map((file) => (files.includes(file) ? files.indexOf(file) : files.push(file) - 1));
  }
  return [files, pages];

  function withImports(chunk: Rolldown.OutputChunk): string[] {
    const found = new Set<string>();
    const add = (file: string): void => {
      const one = bundle[file];
      if (one?.type !== 'chunk' || found.has(file)) return;
      found.add(file);
      one.imports.forEach(add);
    };
    add(chunk.fileName);
    return [...found];
  }
}
