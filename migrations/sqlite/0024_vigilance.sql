-- What readers find wrong with a need or with a structure, and what administrators found right of a need.
CREATE TABLE report (
    id BLOB PRIMARY KEY,
    need_id BLOB REFERENCES need (id) ON DELETE CASCADE,
    siret TEXT REFERENCES structure (siret) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    text TEXT NOT NULL,
    address TEXT,
    reported_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;
CREATE INDEX report_open ON report (reported_at) WHERE settled_at IS NULL;
CREATE TABLE need_cleared (
    need_id BLOB PRIMARY KEY REFERENCES need (id) ON DELETE CASCADE,
    cleared_at INTEGER NOT NULL
) STRICT;
-- A need that administrators took out: its author knows why, nobody else sees it.
ALTER TABLE need ADD COLUMN withdrawn_at INTEGER;
