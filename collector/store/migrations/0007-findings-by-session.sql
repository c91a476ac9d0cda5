-- Findings are wide rows: what lists and strips count is to be in the index.
CREATE INDEX findings_by_session ON findings (session_id, status, severity);
DROP INDEX findings_by_time;
CREATE INDEX findings_by_time ON findings (last_seen_ms, status, severity);
