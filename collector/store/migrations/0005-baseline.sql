-- What is usual. One row per agent and project (`p|…`) and per agent and user (`u|…`), one for what is under way
-- (`runs`), one for how far the events were looked at (`position`). Rows and position change in one transaction, so
-- that each event counts once, whatever happens between.
CREATE TABLE baseline (
  key TEXT PRIMARY KEY,
  updated_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;
