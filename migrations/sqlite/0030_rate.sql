-- How often something was done in a stretch of time that ends at `until`, whichever node did it: `key` is a seal, not an address.
CREATE TABLE rate (
    key BLOB NOT NULL,
    until INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (key, until)
) STRICT;
CREATE INDEX rate_until ON rate (until);
