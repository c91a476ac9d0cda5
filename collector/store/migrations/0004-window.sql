-- What the window shows and what people decide there.

-- Events per quarter of an hour (`time_ms / 900000`): the activity strip must not count a million rows. What retention
-- removes stays counted.
CREATE TABLE activity (quarter INTEGER PRIMARY KEY, events INTEGER NOT NULL);
INSERT INTO activity SELECT time_ms / 900000, count(*) FROM events GROUP BY 1;

CREATE INDEX findings_by_status ON findings (status, severity, last_seen_ms);

-- Never deleted: a removed or expired one still says why its findings were hidden for a while.
CREATE TABLE suppressions (
  id TEXT PRIMARY KEY,
  -- SuppressionScope as JSON.
  scope TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_ms INTEGER,
  ended_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX suppressions_active ON suppressions (created_ms) WHERE ended_ms IS NULL;

-- One row per pattern (rule, subject, project); `id` is made from these three.
CREATE TABLE tunings (
  id TEXT PRIMARY KEY,
  rule_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  project TEXT,
  verdict TEXT NOT NULL,
  steps INTEGER NOT NULL,
  note TEXT,
  changed_ms INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) WITHOUT ROWID;

-- `sha256` is what is there now, `decided_sha256` what a person decided on; the state follows from both.
CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  agent_ids TEXT NOT NULL,
  path TEXT,
  detail TEXT NOT NULL,
  sha256 TEXT,
  before INTEGER NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  changed_ms INTEGER,
  gone_ms INTEGER,
  decision TEXT,
  decided_sha256 TEXT,
  decided_ms INTEGER,
  decided_by TEXT,
  reason TEXT
) WITHOUT ROWID;

-- The last records that were sent, exactly. A record that is sent again takes the place of its older row.
CREATE TABLE sent (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  endpoint TEXT NOT NULL,
  mode TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  name TEXT NOT NULL,
  severity TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX sent_by_uid ON sent (uid);
CREATE TABLE sent_days (
  day_start_ms INTEGER PRIMARY KEY,
  requests INTEGER NOT NULL,
  records INTEGER NOT NULL,
  wire_bytes INTEGER NOT NULL
);
