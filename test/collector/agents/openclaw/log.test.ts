import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { OPENCLAW_LOGS } from '../../../../collector/agents/openclaw/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeLog({
  format: OPENCLAW_LOGS[0],
  fixture: 'openclaw/session',
  path: 'main/sessions/7d1c0000-0000-4000-8000-00000000000a.jsonl',
  others: ['main/sessions/sessions.json', 'main/agent/auth.json', 'main/sessions/cold/a.jsonl'],
});

describeStore(OPENCLAW_LOGS[1], 'openclaw/store', 'main/agent/openclaw-agent.sqlite');

it('reads stores from before events were packed, and archives', () => {
  const [sessions, format] = OPENCLAW_LOGS;
  if (sessions?.container !== 'jsonl' || format?.container !== 'sqlite') throw new Error('other formats');
  const archive = 'main/sessions/cold/0a1b.jsonl.zst';
  const roots = sessions.roots({ platform: 'linux', home: '/home/ana', env: {} });
  expect(roots.some((root) => root.matches(archive) && root.maxDepth >= 3)).toBe(true);
  expect([sessions.compressed?.(archive), sessions.compressed?.('main/sessions/a.jsonl')]).toEqual([
    true,
    false,
  ]);
  const db = new Database(':memory:');
  db.exec(`CREATE TABLE session_windows (session_id TEXT, session_key TEXT);
    CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT, created_at INTEGER);
    INSERT INTO transcript_events VALUES ('s', 1, '{"type":"message","message":{"role":"user","content":"Hi"}}', 1785574800000);`);
  const [query] = format.queries;
  const read = db.prepare<[object], Record<string, unknown>>(query?.sql ?? '');
  const rows = read.all({ after: 0, limit: 10 });
  expect([read.all({ after: 1, limit: 10 }).length, read.all({ after: 900, limit: 10 }).length]).toEqual([
    0, 1,
  ]);
  db.close();
  expect(rows.map((row) => format.parseRow('events', row, {}).kind)).toEqual(['records']);
});
