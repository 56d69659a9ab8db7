-- Lists of structures that people keep. Of whoever left, those that are shared with an organisation stay with it.
CREATE TABLE favourites (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    account_id UUID REFERENCES account (id) ON DELETE SET NULL,
    organisation_id TEXT REFERENCES organisation (id) ON DELETE SET NULL,
    begun_at BIGINT NOT NULL
);
CREATE INDEX favourites_account ON favourites (account_id);
CREATE INDEX favourites_organisation ON favourites (organisation_id) WHERE organisation_id IS NOT NULL;
CREATE TABLE favourite (
    list_id UUID NOT NULL REFERENCES favourites (id) ON DELETE CASCADE,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    note TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (list_id, siret)
);
