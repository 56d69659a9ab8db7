-- A need has lots, versions, files. What it says is one document per version: number 0 is being written, 1 and
-- above were published and never change.

CREATE TABLE need_version (
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    document TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (need_id, number)
);

INSERT INTO need_version (need_id, number, document, saved_at)
SELECT id, CASE status WHEN 'open' THEN 1 ELSE 0 END, json_build_object(
    'kind', 'sourcing', 'title', title, 'description', description, 'place', place, 'deadline', deadline,
    'launch', NULL, 'start', NULL, 'email', email,
    'buyer', json_build_object('name', buyer, 'category', 'local', 'siret', NULL),
    'profile', NULL, 'questions', json_build_array(), 'attachments', json_build_array(), 'is_defence', false,
    'lots', json_build_array(json_build_object(
        'key', 1, 'title', '', 'sectors', to_json(string_to_array(sectors, '|')), 'cpv', NULL,
        'nature', 'services', 'mode', nullif(mode, ''), 'place', NULL, 'amount', NULL, 'months', NULL,
        'hours_per_month', hours_per_month,
        'vehicle', CASE reservation WHEN 'siae' THEN 'insertion' WHEN 'handicap' THEN 'handicap' WHEN 'both' THEN 'both' END,
        'insertion_hours', NULL, 'exception', NULL)),
    'keys_given', 1)::text, coalesce(published_at, created_at)
FROM need;

ALTER TABLE need DROP COLUMN title;
ALTER TABLE need DROP COLUMN description;
ALTER TABLE need DROP COLUMN place;
ALTER TABLE need DROP COLUMN deadline;
ALTER TABLE need DROP COLUMN email;
ALTER TABLE need DROP COLUMN buyer;
ALTER TABLE need DROP COLUMN sectors;
ALTER TABLE need DROP COLUMN reservation;
ALTER TABLE need DROP COLUMN mode;
ALTER TABLE need DROP COLUMN hours_per_month;
ALTER TABLE need ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE need ADD COLUMN ended_at BIGINT;
UPDATE need SET version = 1, status = 'published' WHERE status = 'open';
UPDATE need SET status = 'to_confirm' WHERE status = 'unconfirmed';

-- Told, and answered, lot by lot.
CREATE TABLE lot_match (
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    lot BIGINT NOT NULL,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    score BIGINT NOT NULL,
    reasons TEXT NOT NULL,
    rules_version BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (need_id, lot, siret)
);

INSERT INTO lot_match (need_id, lot, siret, score, reasons, rules_version, told_at)
SELECT need_id, 1, siret, score, reasons, rules_version, told_at FROM need_match;
DROP TABLE need_match;

CREATE TABLE lot_answer (
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    lot BIGINT NOT NULL,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    answer TEXT NOT NULL,
    message TEXT NOT NULL,
    replies TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (need_id, lot, siret)
);

INSERT INTO lot_answer (need_id, lot, siret, answer, message, replies, answered_at)
SELECT need_id, 1, siret, answer, message, '[]', answered_at FROM answer;
DROP TABLE answer;

CREATE TABLE attachment (
    id UUID PRIMARY KEY,
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    content BYTEA NOT NULL,
    added_at BIGINT NOT NULL
);

CREATE INDEX attachment_of_need ON attachment (need_id);
