-- The audit is a chain: each row holds the hash of what it says and of the row before it. Those of before have no place in it:
-- only how many there are.
ALTER TABLE audit ADD COLUMN seq INTEGER;
ALTER TABLE audit ADD COLUMN hash BLOB;
CREATE UNIQUE INDEX audit_seq ON audit (seq);
CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    unchained INTEGER NOT NULL
) STRICT;
INSERT INTO audit_head (one, seq, hash, unchained) SELECT 1, 0, x'', COUNT(*) FROM audit;
