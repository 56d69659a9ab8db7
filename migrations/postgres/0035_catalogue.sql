-- What a structure sells, has done, belongs to: one document, read on its page. The names of what it sells are found by words.
ALTER TABLE structure ADD COLUMN offers TEXT NOT NULL DEFAULT '';
CREATE TABLE catalogue (
    siret TEXT PRIMARY KEY REFERENCES structure (siret) ON DELETE CASCADE,
    document TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- Who last said something of a field of the page of a structure, and when.
CREATE TABLE field_said (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    field TEXT NOT NULL,
    origin TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (siret, field)
);
