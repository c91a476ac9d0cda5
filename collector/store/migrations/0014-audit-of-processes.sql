-- What was paused, resumed or killed: asked for with every look at what runs, among many other rows.
CREATE INDEX audit_of_processes ON audit (seq) WHERE action IN ('pause', 'resume', 'kill');
