-- Changes of files that were made on request and can be taken back. The file as it was lies at `aside_path`.
CREATE TABLE edits (
  id TEXT PRIMARY KEY,
  time_ms INTEGER NOT NULL,
  -- Row of the audit log that tells of it.
  audit_seq INTEGER,
  -- `file`: its text was replaced · `entry`: an entry of it was taken out · `folder`: it was moved
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  -- Of an entry: where in the file.
  pointer TEXT,
  before_sha256 TEXT,
  after_sha256 TEXT,
  aside_path TEXT NOT NULL,
  undone_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX edits_by_audit ON edits (audit_seq);
