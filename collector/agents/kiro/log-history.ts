import { historyStore, MAX_HISTORY_BYTES } from '../shared/kiro-history.ts';

/** Conversations of Kiro CLI 2.x that are kept in its store: one row each, changed in place. */
export const HISTORY = historyStore(
  'kiro',
  'kiro-cli',
  { conversations_v2: ['key', 'conversation_id', 'value', 'created_at', 'updated_at'] },
  {
    id: 'conversations',
    sql: `SELECT updated_at AS cursor, key, conversation_id, created_at, updated_at,
        CASE WHEN octet_length(value) <= ${String(MAX_HISTORY_BYTES)} THEN CAST(value AS TEXT) END AS value
      FROM conversations_v2 WHERE updated_at >= :after ORDER BY updated_at, conversation_id LIMIT :limit`,
  },
);
