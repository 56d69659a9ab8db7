-- Organisations of acheteurs and networks of structures. Their number is text: it stands beside SIRETs in `team`.
CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    siret TEXT UNIQUE,
    vouched_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
-- Who asks the responsables of an organisation to belong to it.
CREATE TABLE organisation_request (
    organisation_id TEXT NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    asked_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, account_id)
) STRICT;
CREATE INDEX organisation_request_account ON organisation_request (account_id);
-- People belong to structures and to organisations in the same way: `team` is a SIRET, or the number of an organisation.
CREATE TABLE membership_of_team (
    team TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    rank TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (team, account_id)
) STRICT;
INSERT INTO membership_of_team SELECT siret, account_id, rank, since FROM membership;
DROP TABLE membership;
ALTER TABLE membership_of_team RENAME TO membership;
CREATE INDEX membership_account ON membership (account_id);
CREATE TABLE invitation_of_team (
    team TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    address TEXT NOT NULL,
    rank TEXT NOT NULL,
    invited_by BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    invited_at INTEGER NOT NULL,
    PRIMARY KEY (team, mailbox)
) STRICT;
INSERT INTO invitation_of_team SELECT siret, mailbox, address, rank, invited_by, invited_at FROM invitation;
DROP TABLE invitation;
ALTER TABLE invitation_of_team RENAME TO invitation;
CREATE INDEX invitation_mailbox ON invitation (mailbox);
-- The organisation whose members prepare and follow a need with its author.
ALTER TABLE need ADD COLUMN organisation_id TEXT REFERENCES organisation (id) ON DELETE SET NULL;
CREATE INDEX need_organisation ON need (organisation_id) WHERE organisation_id IS NOT NULL;
