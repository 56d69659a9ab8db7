-- Parts of the page of a structure that its responsables let a network keep: codes, with `|` between them.
CREATE TABLE delegation (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    organisation_id TEXT NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    parts TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (siret, organisation_id)
) STRICT;
CREATE INDEX delegation_organisation ON delegation (organisation_id);
