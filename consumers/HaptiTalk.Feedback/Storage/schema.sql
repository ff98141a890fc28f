-- Instants are Unix milliseconds.
CREATE TABLE feedback (
  id           TEXT PRIMARY KEY,
  session_id   TEXT NOT NULL,
  kind         TEXT NOT NULL,
  intensity    REAL NOT NULL CHECK (intensity BETWEEN 0 AND 1),
  delivered_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX feedback_by_session ON feedback (session_id, delivered_at);

CREATE TABLE feedback_ended (
  session_id TEXT PRIMARY KEY,
  ended_at   INTEGER NOT NULL
) WITHOUT ROWID;

-- The 180 ended sessions the session service begins with, session-001 to session-180, 5 to 15 vibrations each.
WITH RECURSIVE
  numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 180),
  pieces(j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM pieces WHERE j < 15)
INSERT INTO feedback (id, session_id, kind, intensity, delivered_at)
SELECT
  printf('feedback-%03d-%02d', i, j),
  printf('session-%03d', i),
  CASE (i + j * j) % 4 WHEN 0 THEN 'SpeakingSpeed' WHEN 1 THEN 'Volume' WHEN 2 THEN 'Emotion' ELSE 'Interest' END,
  (1 + (i * 7 + j * 3) % 10) / 10.0,
  1736154000000 + i * 3600000 + j * 75000
FROM numbers JOIN pieces ON j <= 5 + i % 11;

WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 180)
INSERT INTO feedback_ended (session_id, ended_at)
SELECT printf('session-%03d', i), 1736154000000 + i * 3600000 + (20 + i % 30) * 60000 FROM numbers;
