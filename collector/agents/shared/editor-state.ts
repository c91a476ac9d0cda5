import { hash53 } from '../../contract/event.ts';
import type { ParseOutcome, SqliteFormat } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import { appSupport } from './app-support.ts';
import { joinPath } from './join-path.ts';
import type { JsonObject } from './json.ts';
import { getText, parseJsonObject } from './json.ts';

/** A value with more JSON than this is refused: 32 MiB. */
const MAX_VALUE_BYTES = 33_554_432;

export interface EditorValue {
  readonly formatId: string;
  /** Folders of user data, as the editors name them. */
  readonly products: readonly string[];
  /** Letters, digits, dots, dashes and slashes. */
  readonly key: string;
  /** Also look into the stores that each workspace has. */
  readonly inWorkspaces: boolean;
  readonly read: (value: JsonObject) => ParseOutcome;
}

/**
 * One value of an editor's own store (`state.vscdb`, table `ItemTable`), replaced whole at every save. It is looked at
 * after every change of the store, most of which change something else: a value that is the same is not read again.
 */
export function editorState({ formatId, products, key, inWorkspaces, read }: EditorValue): SqliteFormat {
  return {
    id: formatId,
    container: 'sqlite',
    roots: (context) =>
      products.flatMap((product) => {
        const user = joinPath(context, appSupport(context), product, 'User');
        const global = {
          dir: joinPath(context, user, 'globalStorage'),
          maxDepth: 0,
          matches: (path: string) => path === 'state.vscdb',
        };
        const local = {
          dir: joinPath(context, user, 'workspaceStorage'),
          maxDepth: 1,
          matches: (path: string) => /^[\da-f]{16,64}\/state\.vscdb$/.test(path),
        };
        return inWorkspaces ? [global, local] : [global];
      }),
    initialState: () => ({}),
    requires: { ItemTable: ['key', 'value'] },
    queries: [
      {
        id: 'value',
        sql: `SELECT 1 AS cursor,
            CASE WHEN octet_length(value) <= ${String(MAX_VALUE_BYTES)} THEN CAST(value AS TEXT) END AS value
          FROM ItemTable WHERE key = '${key}' AND 1 >= :after LIMIT :limit`,
      },
    ],
    parseRow(_query, row, state) {
      if (row['value'] === null) return { kind: 'rejected', reason: 'too-large' };
      const text = getText(row, 'value') ?? '';
      const hash = hash53(text);
      if (state['hash'] === hash) return IGNORED;
      state['hash'] = hash;
      const parsed = parseJsonObject(text);
      return parsed.ok ? read(parsed.value) : { kind: 'rejected', reason: parsed.reason };
    },
  };
}
