import type { LogFormat } from '../spec-log.ts';
export const AMAZON_Q_LOGS: readonly LogFormat[] = [];
