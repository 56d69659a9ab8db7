-- Organisations of acheteurs and networks of structures. Their number is text: it stands beside SIRETs in `team`.
CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    siret TEXT UNIQUE,
    vouched_at BIGINT,
    created_at BIGINT NOT NULL
);
-- Who asks the responsables of an organisation to belong to it.
CREATE TABLE organisation_request (
    organisation_id TEXT NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    account_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, account_id)
);
CREATE INDEX organisation_request_account ON organisation_request (account_id);
-- People belong to structures and to organisations in the same way: `team` is a SIRET, or the number of an organisation.
ALTER TABLE membership DROP CONSTRAINT membership_siret_fkey;
ALTER TABLE membership RENAME COLUMN siret TO team;
ALTER TABLE invitation DROP CONSTRAINT invitation_siret_fkey;
ALTER TABLE invitation RENAME COLUMN siret TO team;
-- The organisation whose members prepare and follow a need with its author.
ALTER TABLE need ADD COLUMN organisation_id TEXT REFERENCES organisation (id) ON DELETE SET NULL;
CREATE INDEX need_organisation ON need (organisation_id) WHERE organisation_id IS NOT NULL;
