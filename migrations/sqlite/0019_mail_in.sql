-- Messages that came by mail: the digest of the mail, so that one that is delivered twice is kept once.
ALTER TABLE message ADD COLUMN digest BLOB;
CREATE UNIQUE INDEX message_digest ON message (digest);
CREATE TABLE message_file (
    id BLOB PRIMARY KEY,
    message_id BLOB NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    content BLOB NOT NULL
) STRICT;
CREATE INDEX message_file_message ON message_file (message_id);
-- Mails that belong to no thread, for somebody to look at: nothing that came is lost.
CREATE TABLE mail_kept (
    digest BLOB PRIMARY KEY,
    received_at INTEGER NOT NULL,
    why TEXT NOT NULL,
    sender TEXT NOT NULL,
    raw BLOB NOT NULL
) STRICT;
