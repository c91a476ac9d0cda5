-- Kinds are in the index: pages of some kinds, and places among them, are counted without touching an event. `seq` is
-- named so that the order of a page is the order of the index.
DROP INDEX events_by_session;
CREATE INDEX events_by_session ON events (session_key, time_ms, seq, kind);
-- Nearly all events are calls and their results. The few others are asked for by their kind.
CREATE INDEX events_rare ON events (kind, time_ms) WHERE kind NOT IN ('tool.call', 'tool.result');

-- Of a long session the few results that say that a call was refused, without looking at all of them.
CREATE INDEX events_refused ON events (session_key) WHERE kind = 'tool.result' AND instr(body, '"denied"') > 0;

-- Tokens per session and model: lists show them, and a long session has tens of thousands of responses.
CREATE TABLE usage_sums (
  session_key INTEGER NOT NULL,
  model TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  last_ms INTEGER NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  PRIMARY KEY (session_key, model)
) WITHOUT ROWID;
-- Responses that name no model are summed under ''.
INSERT INTO usage_sums SELECT session_key, coalesce(model, ''), min(agent_id), max(time_ms), sum(input), sum(output),
    sum(cache_read), sum(cache_write) FROM usage GROUP BY session_key, coalesce(model, '');
DROP INDEX usage_by_session;
CREATE TRIGGER usage_is_summed AFTER INSERT ON usage BEGIN
  INSERT INTO usage_sums VALUES (new.session_key, coalesce(new.model, ''), new.agent_id, new.time_ms, new.input,
      new.output, new.cache_read, new.cache_write)
    ON CONFLICT DO UPDATE SET last_ms = max(last_ms, excluded.last_ms), input = input + excluded.input,
      output = output + excluded.output, cache_read = cache_read + excluded.cache_read,
      cache_write = cache_write + excluded.cache_write;
END;
CREATE TRIGGER usage_sum_is_raised AFTER UPDATE ON usage BEGIN
  UPDATE usage_sums SET input = input + new.input - old.input, output = output + new.output - old.output,
      cache_read = cache_read + new.cache_read - old.cache_read, cache_write = cache_write + new.cache_write - old.cache_write
    WHERE session_key = new.session_key AND model = coalesce(new.model, '');
END;
