-- Instants are Unix milliseconds. No report is written yet: each comes from the other services' data.
CREATE TABLE reports (
  session_id   TEXT PRIMARY KEY,
  body         TEXT NOT NULL, -- the report as JSON
  generated_at INTEGER NOT NULL
) WITHOUT ROWID;
