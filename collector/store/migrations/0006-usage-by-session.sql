-- Tokens of the sessions that are shown, without reading those of all others.
CREATE INDEX usage_by_session ON usage (session_key);
