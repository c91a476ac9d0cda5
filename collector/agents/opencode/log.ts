import type { LogFormat } from '../spec-log.ts';

/** Session logs of this agent. */
export const OPENCODE_LOGS: readonly LogFormat[] = [];
