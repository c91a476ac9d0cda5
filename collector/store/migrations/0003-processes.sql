-- What ran below the agents, and whose it was. `id` is boot, pid and exact start; `body` is a ProcessRecord as JSON.
-- Ordinary short programs are not here one by one: `process_counts` has how many of them ran.
CREATE TABLE processes (
  id TEXT PRIMARY KEY,
  start_ms INTEGER NOT NULL,
  session_id TEXT,
  body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX processes_by_session ON processes (session_id, start_ms) WHERE session_id IS NOT NULL;
CREATE INDEX processes_by_time ON processes (start_ms);

CREATE TABLE process_counts (
  session_id TEXT NOT NULL,
  program TEXT NOT NULL,
  n INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (session_id, program)
) WITHOUT ROWID;

-- Names that agents' programs were seen to talk to, per agent and role, for what is new.
CREATE TABLE contacts (
  agent_id TEXT NOT NULL,
  role TEXT NOT NULL,
  domain TEXT NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (agent_id, role, domain)
) WITHOUT ROWID;
