-- Messages that came by mail: the digest of the mail, so that one that is delivered twice is kept once.
ALTER TABLE message ADD COLUMN digest BYTEA;
CREATE UNIQUE INDEX message_digest ON message (digest);
CREATE TABLE message_file (
    id UUID PRIMARY KEY,
    message_id UUID NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    content BYTEA NOT NULL
);
CREATE INDEX message_file_message ON message_file (message_id);
-- Mails that belong to no thread, for somebody to look at: nothing that came is lost.
CREATE TABLE mail_kept (
    digest BYTEA PRIMARY KEY,
    received_at BIGINT NOT NULL,
    why TEXT NOT NULL,
    sender TEXT NOT NULL,
    raw BYTEA NOT NULL
);
