-- Times are epoch milliseconds, sizes bytes. Everything here is already redacted.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE sessions (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  agent_id TEXT NOT NULL,
  native_id TEXT NOT NULL,
  parent_id TEXT,
  cwd TEXT,
  repository TEXT,
  git_branch TEXT,
  agent_version TEXT,
  model TEXT,
  permission_mode TEXT,
  account TEXT,
  user TEXT NOT NULL,
  uid INTEGER,
  -- NULL until a record with a time was seen.
  started_ms INTEGER,
  last_event_ms INTEGER,
  prompts INTEGER NOT NULL DEFAULT 0,
  tool_calls INTEGER NOT NULL DEFAULT 0,
  tool_errors INTEGER NOT NULL DEFAULT 0,
  mcp_calls INTEGER NOT NULL DEFAULT 0,
  -- What detection remembers of a root session; NULL for sub-agents, which share their root's.
  state TEXT
);
CREATE INDEX sessions_by_time ON sessions (last_event_ms);
CREATE INDEX sessions_by_parent ON sessions (parent_id) WHERE parent_id IS NOT NULL;

-- `seq` is the order of arrival and what a follower resumes from; `body` is the StoredEvent as JSON.
-- Ids are long and random: a unique index over them would touch a page of its own for each event. The index over
-- a 53-bit hash is a fifth of its size; the id itself decides, so two ids with one hash are still two events.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  id_hash INTEGER NOT NULL,
  id TEXT NOT NULL,
  session_key INTEGER NOT NULL,
  kind TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX events_by_id ON events (id_hash);
CREATE INDEX events_by_session ON events (session_key, time_ms);
CREATE INDEX events_by_time ON events (time_ms);

-- Words of commands, paths, hosts and tool names. Filled behind the commits up to meta.search_seq.
CREATE VIRTUAL TABLE search USING fts5 (text, content='', contentless_delete=1, tokenize="unicode61 tokenchars '_-.'");

-- One row per model response; a repeated or copied record keeps the larger numbers.
CREATE TABLE usage (
  row INTEGER PRIMARY KEY,
  key_hash INTEGER NOT NULL,
  agent_id TEXT NOT NULL,
  key TEXT NOT NULL,
  session_key INTEGER NOT NULL,
  model TEXT,
  time_ms INTEGER NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL
);
CREATE INDEX usage_by_key ON usage (key_hash);

CREATE TABLE mcp_use (
  agent_id TEXT NOT NULL,
  server TEXT NOT NULL,
  tool TEXT NOT NULL,
  calls INTEGER NOT NULL,
  last_used_ms INTEGER NOT NULL,
  PRIMARY KEY (agent_id, server, tool)
) WITHOUT ROWID;

CREATE TABLE findings (
  id TEXT PRIMARY KEY,
  rule_id TEXT NOT NULL,
  severity INTEGER NOT NULL,
  status TEXT NOT NULL,
  session_id TEXT,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX findings_by_time ON findings (last_seen_ms);

CREATE TABLE cursors (
  path TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL,
  format_id TEXT NOT NULL,
  file_id TEXT NOT NULL,
  offset_bytes INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ms REAL NOT NULL,
  -- The rest of the cursor as JSON: prefix and tail hashes, query positions, parser state.
  rest TEXT NOT NULL
) WITHOUT ROWID;

-- What parsers met and could not use, per agent: `unknown:<type>`, `rejected:<reason>`, `skipped:<type>`.
CREATE TABLE parser_counts (
  agent_id TEXT NOT NULL,
  what TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (agent_id, what)
) WITHOUT ROWID;

CREATE TABLE inventory (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL,
  gone_ms INTEGER,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- AUTOINCREMENT: an acknowledged id must never come back for another row.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL,
  priority TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  json TEXT NOT NULL
);
