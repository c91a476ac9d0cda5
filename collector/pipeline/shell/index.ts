export { analyzeShell } from './analyze.ts';
export type { ShellContext } from './state.ts';
