-- What a structure and the author of a need write to each other: a thread for each lot and structure.
CREATE TABLE message (
    id UUID PRIMARY KEY,
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    lot BIGINT NOT NULL,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    side TEXT NOT NULL,
    text TEXT NOT NULL,
    written_at BIGINT NOT NULL
);
CREATE INDEX message_need ON message (need_id, siret);
-- Questions that the author answers to all. `lot` is 0 for the whole need. Nothing that is shown says who asked.
CREATE TABLE shared_answer (
    id UUID PRIMARY KEY,
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    lot BIGINT NOT NULL,
    message_id UUID REFERENCES message (id) ON DELETE SET NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    published_at BIGINT NOT NULL
);
CREATE INDEX shared_answer_need ON shared_answer (need_id);
-- What the author keeps about structures, for itself.
CREATE TABLE selection (
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    lot BIGINT NOT NULL,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    is_shortlisted BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (need_id, lot, siret)
);
-- On what the structures of a lot are compared, chosen before the comparison; the one reminder of a lot.
CREATE TABLE lot_followed (
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    lot BIGINT NOT NULL,
    aspects TEXT NOT NULL DEFAULT '',
    aspects_chosen_at BIGINT,
    reminder TEXT NOT NULL DEFAULT '',
    reminded_at BIGINT,
    PRIMARY KEY (need_id, lot)
);
