import type { LogFormat } from '../spec-log.ts';
import { historyStore, MAX_HISTORY_BYTES } from '../shared/kiro-history.ts';

/** Conversations of the Amazon Q Developer CLI: one row per folder, replaced at each save, without a time of its own. */
const HISTORY = historyStore(
  'amazon-q',
  'amazon-q',
  { conversations: ['key', 'value'] },
  {
    id: 'conversations',
    // A replaced row has a new row id.
    sql: `SELECT rowid AS cursor, key,
        CASE WHEN octet_length(value) <= ${String(MAX_HISTORY_BYTES)} THEN CAST(value AS TEXT) END AS value
      FROM conversations WHERE rowid > :after ORDER BY rowid LIMIT :limit`,
  },
);

/** Session logs of the Amazon Q Developer CLI. */
export const AMAZON_Q_LOGS: readonly LogFormat[] = [HISTORY];
