-- How often something was done in a stretch of time that ends at `until`, whichever node did it: `key` is a seal, not an address.
CREATE TABLE rate (
    key BYTEA NOT NULL,
    until BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (key, until)
);
CREATE INDEX rate_until ON rate (until);
