-- « Je suis intéressée » of a structure that is not listed, or whose contact is not known: told to the author of the need once
-- its address is confirmed.
CREATE TABLE interest (
    id UUID PRIMARY KEY,
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    siret TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    confirmed_at BIGINT
);
CREATE INDEX interest_need ON interest (need_id);
