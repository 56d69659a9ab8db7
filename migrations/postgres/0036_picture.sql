-- The logo and the pictures of a structure, as they were drawn again: nothing of the files that were sent is kept.
CREATE TABLE picture (
    id UUID PRIMARY KEY,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    is_logo BOOLEAN NOT NULL,
    alt TEXT NOT NULL,
    media TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    content BYTEA NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE INDEX picture_siret ON picture (siret);
