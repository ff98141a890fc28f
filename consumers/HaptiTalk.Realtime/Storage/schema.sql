-- Instants are Unix milliseconds.
CREATE TABLE connections (
  session_id   TEXT NOT NULL,
  device_id    TEXT NOT NULL,
  connected_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, device_id)
) WITHOUT ROWID;

CREATE TABLE connections_ended (
  session_id TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE deliveries (
  feedback_id  TEXT PRIMARY KEY,
  devices      INTEGER NOT NULL,
  delivered_at INTEGER NOT NULL
) WITHOUT ROWID;

-- A watch and a phone in each of the 20 sessions that run to begin with, session-181 to session-200.
WITH RECURSIVE
  numbers(i) AS (SELECT 181 UNION ALL SELECT i + 1 FROM numbers WHERE i < 200),
  devices(name) AS (VALUES ('watch'), ('phone'))
INSERT INTO connections (session_id, device_id, connected_at)
SELECT printf('session-%03d', i), printf('%s-%03d', name, i), 1736154000000 + i * 3600000
FROM numbers JOIN devices;
