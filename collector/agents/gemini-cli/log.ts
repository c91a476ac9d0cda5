import type { LogFormat } from '../spec-log.ts';

/** Session logs of this agent. */
export const GEMINI_CLI_LOGS: readonly LogFormat[] = [];
