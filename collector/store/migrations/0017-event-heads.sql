-- What is the same in all events of a session in one log is stored once, as the piece of JSON it is in each of them; `body` is
-- then only what differs. A row without a head is whole in its body, as all rows were before: nothing is rewritten.
CREATE TABLE event_heads (
  key INTEGER PRIMARY KEY,
  hash INTEGER NOT NULL,
  json TEXT NOT NULL
);
CREATE INDEX event_heads_by_hash ON event_heads (hash);
ALTER TABLE events ADD COLUMN head INTEGER;
ALTER TABLE events ADD COLUMN offset_bytes INTEGER;

-- Events as they were given. The head is looked up for rows that are read, not for those that are counted or skipped.
CREATE VIEW whole_events AS SELECT seq, id_hash, id, session_key, kind, time_ms,
    iif(head IS NULL, body, '{"id":' || json_quote(id) || ',"kind":"' || kind || '","timeMs":' || time_ms || ','
      || (SELECT json FROM event_heads WHERE key = head) || offset_bytes || '},' || substr(body, 2)) AS body
  FROM events;
