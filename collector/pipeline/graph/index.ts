export { blastRadius } from './blast.ts';
export { buildGraph } from './build.ts';
export { GRAPH_LIMITS } from './input.ts';
export type { FileTouch, GraphInput, OtherSession } from './input.ts';
export { outlineOf } from './outline.ts';
export { surveySession } from './survey.ts';
export { toDot } from './to-dot.ts';
