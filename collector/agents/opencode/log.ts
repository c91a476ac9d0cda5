import type { LogFormat } from '../spec-log.ts';
import { DATABASE } from './log-sqlite.ts';
import { STORAGE } from './log-storage.ts';

/**
 * Session logs of OpenCode: the database, and the JSON files it was filled from. Both give the same ids, so a store
 * that was migrated counts once.
 */
export const OPENCODE_LOGS: readonly LogFormat[] = [DATABASE, STORAGE];
