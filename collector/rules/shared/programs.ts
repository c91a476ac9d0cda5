/** The name rules look programs up by. */
export { canonicalName as programKey } from './program-names.ts';
