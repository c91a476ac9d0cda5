import type { LogFormat } from '../spec-log.ts';

/** Session logs of this agent. */
export const COPILOT_CLI_LOGS: readonly LogFormat[] = [];
