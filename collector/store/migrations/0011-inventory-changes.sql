-- What came, changed and went, after the first look at each kind. Bodies hold no secrets; fields are short texts.
CREATE TABLE inventory_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  time_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT,
  change TEXT NOT NULL,
  fields TEXT NOT NULL,
  author TEXT
);
CREATE INDEX inventory_changes_by_thing ON inventory_changes (kind, id, seq);
