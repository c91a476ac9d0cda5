-- What a session is about, where its log says so. Made from prompts: it is shown here and never sent.
ALTER TABLE sessions ADD COLUMN title TEXT;
-- `human` or `agent`.
ALTER TABLE sessions ADD COLUMN title_by TEXT;
