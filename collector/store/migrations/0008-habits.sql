-- On which days a rule spoke about the same thing in one project: what is done there daily, and what never was.
-- `place` stands for rule, agent and project; `severity` is the gravest the finding was detected with. One row per
-- finding and day, written with the finding; `n` counts how often.
CREATE TABLE habits (
  place TEXT NOT NULL,
  day INTEGER NOT NULL,
  subject TEXT NOT NULL,
  finding_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  severity INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (place, day, subject, finding_id)
) WITHOUT ROWID;
CREATE INDEX habits_by_session ON habits (session_id);
CREATE INDEX habits_by_day ON habits (day);
