-- Accounts: an address that was confirmed is the proof, and no password is kept anywhere.
CREATE TABLE account (
    id UUID PRIMARY KEY,
    created_at BIGINT NOT NULL
);
-- `mailbox` is the address in lower case: it is of one account.
CREATE TABLE account_address (
    mailbox TEXT PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL
);
CREATE INDEX account_address_account ON account_address (account_id);
-- What was mailed to sign in: used once, for some minutes, with few tries.
CREATE TABLE sign_in (
    id UUID PRIMARY KEY,
    address TEXT NOT NULL,
    code_seal BYTEA NOT NULL,
    asked_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    used_at BIGINT
);
-- The secret stands in the cookie; here only its hash.
CREATE TABLE session (
    id UUID PRIMARY KEY,
    secret_hash BYTEA NOT NULL UNIQUE,
    account_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX session_account ON session (account_id);
CREATE TABLE membership (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    account_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    rank TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (siret, account_id)
);
CREATE INDEX membership_account ON membership (account_id);
-- The code that was mailed to the contact of a structure for somebody who asks to belong to it.
CREATE TABLE membership_code (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    account_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    code_seal BYTEA NOT NULL,
    asked_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (siret, account_id)
);
CREATE TABLE invitation (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    mailbox TEXT NOT NULL,
    address TEXT NOT NULL,
    rank TEXT NOT NULL,
    invited_by UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    invited_at BIGINT NOT NULL,
    PRIMARY KEY (siret, mailbox)
);
CREATE INDEX invitation_mailbox ON invitation (mailbox);
CREATE INDEX need_author ON need (lower(author_email));
