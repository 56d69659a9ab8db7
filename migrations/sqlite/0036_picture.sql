-- The logo and the pictures of a structure, as they were drawn again: nothing of the files that were sent is kept.
CREATE TABLE picture (
    id BLOB PRIMARY KEY,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    is_logo INTEGER NOT NULL CHECK (is_logo IN (0, 1)),
    alt TEXT NOT NULL,
    media TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    content BLOB NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX picture_siret ON picture (siret);
