-- What Reeve did to the machine. Rows are only ever added: no retention, no change. `body` is what was hashed, as
-- canonical JSON; `hash` is SHA-256 over the previous row's hash and this body. AUTOINCREMENT keeps the last number
-- given out in sqlite_sequence, so that rows cut off at the end are missed too.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  time_ms INTEGER NOT NULL,
  action TEXT NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL
);

-- Against our own mistakes. Whoever has the file can drop these; the chain is there for that.
CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit BEGIN
  SELECT raise(ABORT, 'audit rows are never deleted');
END;
CREATE TRIGGER audit_keeps_words BEFORE UPDATE ON audit BEGIN
  SELECT raise(ABORT, 'audit rows are never changed');
END;
