-- A second factor: the secret of an application of codes, and codes on paper for whoever loses it. A step is used once.
CREATE TABLE factor (
    account_id UUID PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    secret BYTEA NOT NULL,
    begun_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    step_used BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE recovery_code (
    account_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account_id, hash)
);
-- A session that waits for the second factor lets do nothing else; the codes that were tried in it are counted.
ALTER TABLE session ADD COLUMN awaits_factor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN factor_tries BIGINT NOT NULL DEFAULT 0;
CREATE TABLE administrator (
    account_id UUID PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    since BIGINT NOT NULL
);
CREATE TABLE administrator_invitation (
    id UUID PRIMARY KEY,
    address TEXT NOT NULL,
    invited_at BIGINT NOT NULL,
    used_at BIGINT
);
