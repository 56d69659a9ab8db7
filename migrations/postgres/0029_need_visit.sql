-- When somebody who signed in last looked at what became of a need: what has moved since is shown.
CREATE TABLE need_visit (
    account_id UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    need_id UUID NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    visited_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, need_id)
);
CREATE INDEX need_visit_need ON need_visit (need_id);
