-- What somebody is of a territory: facilitateur, service of the State. `place` is the code of a zone. Without `granted_at` it is
-- asked for.
CREATE TABLE mandate (
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    place TEXT NOT NULL,
    employer TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    granted_at INTEGER,
    PRIMARY KEY (account_id, role, place)
) STRICT;
CREATE INDEX mandate_place ON mandate (place);
