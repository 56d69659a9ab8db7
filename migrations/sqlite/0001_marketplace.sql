-- The walking marketplace: structures, needs, matches, outbox, jobs. Times are whole seconds, UTC.

CREATE TABLE structure (
    siret TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    brand TEXT NOT NULL,
    naf TEXT NOT NULL,
    legal_form TEXT NOT NULL,
    address TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    town TEXT NOT NULL,
    commune TEXT NOT NULL,
    lon REAL,
    lat REAL,
    website TEXT NOT NULL,
    description TEXT NOT NULL,
    hours_per_month INTEGER,
    places INTEGER,
    in_qpv INTEGER,
    contact TEXT,
    alerts_stopped_at INTEGER,
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- One convention per kind: a structure may hold several.
CREATE TABLE convention (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (siret, kind)
) STRICT;

CREATE TABLE activity (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    sector TEXT NOT NULL,
    mode TEXT NOT NULL,
    zones TEXT NOT NULL,
    standing TEXT NOT NULL,
    because TEXT NOT NULL,
    hours_per_month INTEGER,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (siret, sector, mode)
) STRICT;

CREATE TABLE need (
    id BLOB PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    place TEXT NOT NULL,
    deadline TEXT NOT NULL,
    email TEXT NOT NULL,
    buyer TEXT NOT NULL,
    sectors TEXT NOT NULL,
    reservation TEXT NOT NULL,
    mode TEXT NOT NULL,
    hours_per_month INTEGER,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    published_at INTEGER
) STRICT;

CREATE INDEX need_by_status ON need (status, published_at);

-- What a structure was told, with the reasons and the version of the rules of that moment.
CREATE TABLE need_match (
    need_id BLOB NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    score INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    rules_version INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (need_id, siret)
) STRICT;

CREATE TABLE answer (
    need_id BLOB NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    answer TEXT NOT NULL,
    message TEXT NOT NULL,
    answered_at INTEGER NOT NULL,
    PRIMARY KEY (need_id, siret)
) STRICT;

-- What changed and must reach the indexes of every node, in the order of commits.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    entity TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- The last number given: updating this row first makes writers wait for each other, so that numbers are
-- visible in their order.
CREATE TABLE outbox_head (
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT;

INSERT INTO outbox_head (id, seq) VALUES (1, 0);

-- Work to be done outside the transaction that decided it: e-mails and the matching of a new need.
CREATE TABLE job (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    dedupe_key TEXT NOT NULL UNIQUE,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    done_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX job_due ON job (run_at) WHERE done_at IS NULL;

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
