-- A second factor: the secret of an application of codes, and codes on paper for whoever loses it. A step is used once.
CREATE TABLE factor (
    account_id BLOB PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    secret BLOB NOT NULL,
    begun_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    step_used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE recovery_code (
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (account_id, hash)
) STRICT;
-- A session that waits for the second factor lets do nothing else; the codes that were tried in it are counted.
ALTER TABLE session ADD COLUMN awaits_factor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN factor_tries INTEGER NOT NULL DEFAULT 0;
CREATE TABLE administrator (
    account_id BLOB PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    since INTEGER NOT NULL
) STRICT;
CREATE TABLE administrator_invitation (
    id BLOB PRIMARY KEY,
    address TEXT NOT NULL,
    invited_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
