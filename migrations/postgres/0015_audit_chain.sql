-- The audit is a chain: each row holds the hash of what it says and of the row before it. Those of before have no place in it:
-- only how many there are.
ALTER TABLE audit ADD COLUMN seq BIGINT;
ALTER TABLE audit ADD COLUMN hash BYTEA;
CREATE UNIQUE INDEX audit_seq ON audit (seq);
CREATE TABLE audit_head (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    unchained BIGINT NOT NULL
);
INSERT INTO audit_head (one, seq, hash, unchained) SELECT 1, 0, ''::bytea, COUNT(*) FROM audit;
