-- What a suppression can name of a finding, as narrow rows: counting must not read the findings themselves. Kept by the
-- trigger; findings are never deleted.
CREATE TABLE finding_scopes (
  finding_id TEXT PRIMARY KEY,
  rule_id TEXT NOT NULL,
  project TEXT,
  subject TEXT NOT NULL,
  status TEXT NOT NULL,
  severity INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX finding_scopes_by_rule ON finding_scopes (rule_id, project, status, severity, last_seen_ms);
CREATE INDEX finding_scopes_by_project ON finding_scopes (project, status, severity, last_seen_ms);
CREATE INDEX finding_scopes_by_subject
  ON finding_scopes (subject, rule_id, project, status, severity, last_seen_ms);
INSERT INTO finding_scopes
  SELECT id, rule_id, body ->> '$.subject.cwd', coalesce(body ->> '$.subject.value', ''),
    status, severity, last_seen_ms FROM findings;
CREATE TRIGGER findings_have_scopes AFTER INSERT ON findings BEGIN
  INSERT OR REPLACE INTO finding_scopes VALUES (
    new.id, new.rule_id, new.body ->> '$.subject.cwd', coalesce(new.body ->> '$.subject.value', ''),
    new.status, new.severity, new.last_seen_ms
  );
END;
