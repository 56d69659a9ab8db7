-- A structure may have several conventions of one kind: one that ended, one that runs. The first of each kind stays where
-- it was, so that a node of the version before still writes; the others stand here. A later release may put both in one.
CREATE TABLE convention_more (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    rank INTEGER NOT NULL,
    number TEXT NOT NULL,
    starts_on TEXT,
    ends_on TEXT,
    etp_hundredths INTEGER,
    proof TEXT NOT NULL,
    PRIMARY KEY (siret, kind, rank)
) STRICT;
