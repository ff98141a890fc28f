-- Instants are Unix milliseconds.
CREATE TABLE sessions (
  id         TEXT PRIMARY KEY,
  user_id    TEXT NOT NULL,
  kind       TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at   INTEGER
) WITHOUT ROWID;

-- One row per vibration: its key is what makes counting a delivery twice impossible.
CREATE TABLE session_feedback (
  session_id  TEXT NOT NULL,
  feedback_id TEXT NOT NULL,
  PRIMARY KEY (session_id, feedback_id)
) WITHOUT ROWID;

-- 200 sessions of the users user-001 to user-050, an hour apart from 2025-01-06 09:00 UTC; the last 20 still run.
WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 200)
INSERT INTO sessions (id, user_id, kind, started_at, ended_at)
SELECT
  printf('session-%03d', i),
  printf('user-%03d', (i - 1) % 50 + 1),
  CASE i % 3 WHEN 0 THEN 'Dating' WHEN 1 THEN 'Interview' ELSE 'Meeting' END,
  1736154000000 + i * 3600000,
  CASE WHEN i <= 180 THEN 1736154000000 + i * 3600000 + (20 + i % 30) * 60000 END
FROM numbers;

-- 5 to 15 vibrations per ended session, the ones the feedback service begins with.
WITH RECURSIVE
  numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 180),
  pieces(j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM pieces WHERE j < 15)
INSERT INTO session_feedback (session_id, feedback_id)
SELECT printf('session-%03d', i), printf('feedback-%03d-%02d', i, j)
FROM numbers JOIN pieces ON j <= 5 + i % 11;
