-- With whom the author of a need shares it: an address, whose account finds it.
CREATE TABLE collaborator (
    need_id BLOB NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    mailbox TEXT NOT NULL,
    address TEXT NOT NULL,
    collaboration TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (need_id, mailbox)
) STRICT;
CREATE INDEX collaborator_mailbox ON collaborator (mailbox);
-- What those who prepare a need say to each other about it. The address goes when its account is erased.
CREATE TABLE need_comment (
    id BLOB PRIMARY KEY,
    need_id BLOB NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    address TEXT,
    text TEXT NOT NULL,
    written_at INTEGER NOT NULL
) STRICT;
CREATE INDEX need_comment_need ON need_comment (need_id);
