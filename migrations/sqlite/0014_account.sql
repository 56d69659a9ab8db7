-- Accounts: an address that was confirmed is the proof, and no password is kept anywhere.
CREATE TABLE account (
    id BLOB PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT;
-- `mailbox` is the address in lower case: it is of one account.
CREATE TABLE account_address (
    mailbox TEXT PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    confirmed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX account_address_account ON account_address (account_id);
-- What was mailed to sign in: used once, for some minutes, with few tries.
CREATE TABLE sign_in (
    id BLOB PRIMARY KEY,
    address TEXT NOT NULL,
    code_seal BLOB NOT NULL,
    asked_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    used_at INTEGER
) STRICT;
-- The secret stands in the cookie; here only its hash.
CREATE TABLE session (
    id BLOB PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX session_account ON session (account_id);
CREATE TABLE membership (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    rank TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (siret, account_id)
) STRICT;
CREATE INDEX membership_account ON membership (account_id);
-- The code that was mailed to the contact of a structure for somebody who asks to belong to it.
CREATE TABLE membership_code (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    code_seal BLOB NOT NULL,
    asked_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (siret, account_id)
) STRICT;
CREATE TABLE invitation (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    mailbox TEXT NOT NULL,
    address TEXT NOT NULL,
    rank TEXT NOT NULL,
    invited_by BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    invited_at INTEGER NOT NULL,
    PRIMARY KEY (siret, mailbox)
) STRICT;
CREATE INDEX invitation_mailbox ON invitation (mailbox);
CREATE INDEX need_author ON need (lower(author_email));
