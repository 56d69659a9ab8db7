-- « Je suis intéressée » of a structure that is not listed, or whose contact is not known: told to the author of the need once
-- its address is confirmed.
CREATE TABLE interest (
    id BLOB PRIMARY KEY,
    need_id BLOB NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    siret TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    confirmed_at INTEGER
) STRICT;
CREATE INDEX interest_need ON interest (need_id);
