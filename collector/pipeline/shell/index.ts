export { analyzeShell } from './analyze.ts';
