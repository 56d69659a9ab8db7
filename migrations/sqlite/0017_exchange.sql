-- What a structure and the author of a need write to each other: a thread for each lot and structure.
CREATE TABLE message (
    id BLOB PRIMARY KEY,
    need_id BLOB NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    lot INTEGER NOT NULL,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    side TEXT NOT NULL,
    text TEXT NOT NULL,
    written_at INTEGER NOT NULL
) STRICT;
CREATE INDEX message_need ON message (need_id, siret);
-- Questions that the author answers to all. `lot` is 0 for the whole need. Nothing that is shown says who asked.
CREATE TABLE shared_answer (
    id BLOB PRIMARY KEY,
    need_id BLOB NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    lot INTEGER NOT NULL,
    message_id BLOB REFERENCES message (id) ON DELETE SET NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    published_at INTEGER NOT NULL
) STRICT;
CREATE INDEX shared_answer_need ON shared_answer (need_id);
-- What the author keeps about structures, for itself.
CREATE TABLE selection (
    need_id BLOB NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    lot INTEGER NOT NULL,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    is_shortlisted INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (need_id, lot, siret)
) STRICT;
-- On what the structures of a lot are compared, chosen before the comparison; the one reminder of a lot.
CREATE TABLE lot_followed (
    need_id BLOB NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    lot INTEGER NOT NULL,
    aspects TEXT NOT NULL DEFAULT '',
    aspects_chosen_at INTEGER,
    reminder TEXT NOT NULL DEFAULT '',
    reminded_at INTEGER,
    PRIMARY KEY (need_id, lot)
) STRICT;
