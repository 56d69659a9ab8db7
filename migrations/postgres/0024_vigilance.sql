-- What readers find wrong with a need or with a structure, and what administrators found right of a need.
CREATE TABLE report (
    id UUID PRIMARY KEY,
    need_id UUID REFERENCES need (id) ON DELETE CASCADE,
    siret TEXT REFERENCES structure (siret) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    text TEXT NOT NULL,
    address TEXT,
    reported_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX report_open ON report (reported_at) WHERE settled_at IS NULL;
CREATE TABLE need_cleared (
    need_id UUID PRIMARY KEY REFERENCES need (id) ON DELETE CASCADE,
    cleared_at BIGINT NOT NULL
);
-- A need that administrators took out: its author knows why, nobody else sees it.
ALTER TABLE need ADD COLUMN withdrawn_at BIGINT;
