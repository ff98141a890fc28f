CREATE TABLE users (
  id     TEXT PRIMARY KEY,
  name   TEXT NOT NULL,
  email  TEXT NOT NULL UNIQUE,
  locale TEXT NOT NULL
) WITHOUT ROWID;

-- 50 users, user-001 to user-050, the same in every new database.
WITH RECURSIVE
  numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 50),
  given(k, name) AS (VALUES (0, 'Minjun'), (1, 'Seoyeon'), (2, 'Jiho'), (3, 'Haeun'), (4, 'Doyun'), (5, 'Alex'), (6, 'Sora'), (7, 'Juno'), (8, 'Mina'), (9, 'Sam')),
  family(k, name) AS (VALUES (0, 'Kim'), (1, 'Lee'), (2, 'Park'), (3, 'Choi'), (4, 'Jung'))
INSERT INTO users (id, name, email, locale)
SELECT
  printf('user-%03d', i),
  given.name || ' ' || family.name,
  printf('user-%03d@haptitalk.example', i),
  CASE WHEN i % 3 = 0 THEN 'en' ELSE 'ko' END
FROM numbers
JOIN given ON given.k = i % 10
JOIN family ON family.k = i / 10 % 5;
