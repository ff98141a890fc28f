-- Instants are Unix milliseconds. There are no tokens to begin with: one that everybody can read in the source would let everybody in.
CREATE TABLE tokens (
  hash       TEXT PRIMARY KEY,
  user_id    TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX tokens_by_expiry ON tokens (expires_at);
