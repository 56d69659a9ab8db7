-- Who ProConnect says somebody is: the account that this opens, and the structure that it made it belong to, once.
CREATE TABLE identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    siret TEXT,
    since INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT;
CREATE INDEX identity_account ON identity (account_id);
-- What ends the session at ProConnect together with ours.
ALTER TABLE session ADD COLUMN id_token TEXT;
