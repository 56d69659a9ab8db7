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
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    website TEXT NOT NULL,
    description TEXT NOT NULL,
    hours_per_month BIGINT,
    places BIGINT,
    in_qpv BOOLEAN,
    contact TEXT,
    alerts_stopped_at BIGINT,
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- One convention per kind: a structure may hold several.
CREATE TABLE convention (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (siret, kind)
);

CREATE TABLE activity (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    sector TEXT NOT NULL,
    mode TEXT NOT NULL,
    zones TEXT NOT NULL,
    standing TEXT NOT NULL,
    because TEXT NOT NULL,
    hours_per_month BIGINT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (siret, sector, mode)
);

CREATE TABLE need (
    id UUID PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    place TEXT NOT NULL,
    deadline TEXT NOT NULL,
    email TEXT NOT NULL,
    buyer TEXT NOT NULL,
    sectors TEXT NOT NULL,
    reservation TEXT NOT NULL,
    mode TEXT NOT NULL,
    hours_per_month BIGINT,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    published_at BIGINT
);

CREATE INDEX need_by_status ON need (status, published_at);

-- What a structure was told, with the reasons and the version of the rules of that moment.
CREATE TABLE need_match (
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    score BIGINT NOT NULL,
    reasons TEXT NOT NULL,
    rules_version BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (need_id, siret)
);

CREATE TABLE answer (
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    answer TEXT NOT NULL,
    message TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (need_id, siret)
);

-- What changed and must reach the indexes of every node, in the order of commits.
CREATE TABLE outbox (
    seq BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    entity TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- The last number given: updating this row first makes writers wait for each other, so that numbers are
-- visible in their order.
CREATE TABLE outbox_head (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL
);

INSERT INTO outbox_head (id, seq) VALUES (1, 0);

-- Work to be done outside the transaction that decided it: e-mails and the matching of a new need.
CREATE TABLE job (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    dedupe_key TEXT NOT NULL UNIQUE,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    done_at BIGINT,
    created_at BIGINT NOT NULL
);

CREATE INDEX job_due ON job (run_at) WHERE done_at IS NULL;

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
