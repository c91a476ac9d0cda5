import type { Database } from 'better-sqlite3';
import type { Session, Tokens } from '../contract/stored.ts';

/** A row of `sessions`, with how many sessions name it as their parent. */
export interface SessionRow {
  id: string;
  agent_id: string;
  native_id: string;
  parent_id: string | null;
  cwd: string | null;
  repository: string | null;
  git_branch: string | null;
  agent_version: string | null;
  model: string | null;
  permission_mode: string | null;
  account: string | null;
  title: string | null;
  user: string;
  uid: number | null;
  started_ms: number | null;
  last_event_ms: number;
  prompts: number;
  tool_calls: number;
  tool_errors: number;
  mcp_calls: number;
  subagents: number;
  key: number;
}

interface SessionUsage {
  readonly tokens: Tokens;
  /** Those that answered, as far as they are known. */
  readonly models: string[];
}

/** What these sessions used in all, by their key; one that used nothing is not in it. */
export function usageOfSessions(
  db: Database,
  sessions: readonly { readonly key: number }[],
): Map<number, SessionUsage> {
  const bySession = new Map<number, SessionUsage>();
  const rows = db.prepare<
    [string],
    { key: number; model: string; i: number; o: number; r: number; w: number }
  >(
    `SELECT session_key AS key, model, input AS i, output AS o, cache_read AS r, cache_write AS w
       FROM usage_sums WHERE session_key IN (SELECT value FROM json_each(?))`,
  );
  const keys = JSON.stringify(sessions.map(({ key }) => key));
  for (const row of rows.iterate(keys)) {
    const known = bySession.get(row.key);
    const before = known?.tokens ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    bySession.set(row.key, {
      tokens: {
        input: before.input + row.i,
        output: before.output + row.o,
        cacheRead: before.cacheRead + row.r,
        cacheWrite: before.cacheWrite + row.w,
      },
      models: [...(known?.models ?? []), ...(row.model === '' ? [] : [row.model])],
    });
  }
  return bySession;
}

/** @param usage without it the session has no tokens, and only the model its log named last */
export function toSession(row: SessionRow, usage: SessionUsage | undefined): Session {
  const models = usage?.models ?? [];
  return {
    id: row.id,
    agentId: row.agent_id,
    nativeId: row.native_id,
    ...(row.parent_id !== null && { parentSessionId: row.parent_id }),
    ...(row.cwd !== null && { cwd: row.cwd }),
    ...(row.repository !== null && { repository: row.repository }),
    ...(row.git_branch !== null && { gitBranch: row.git_branch }),
    ...(row.agent_version !== null && { agentVersion: row.agent_version }),
    models: models.length === 0 && row.model !== null ? [row.model] : models,
    startedMs: row.started_ms ?? row.last_event_ms,
    lastEventMs: row.last_event_ms,
    counts: {
      prompts: row.prompts,
      toolCalls: row.tool_calls,
      toolErrors: row.tool_errors,
      subagents: row.subagents,
      mcpCalls: row.mcp_calls,
    },
    tokens: usage?.tokens ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    ...(row.permission_mode !== null && { permissionMode: row.permission_mode }),
    ...(row.title !== null && { title: row.title }),
    actor: {
      user: row.user,
      ...(row.uid !== null && { uid: row.uid }),
      ...(row.account !== null && { account: row.account }),
    },
  };
}
