-- Who wrote what, and on whose behalf: no address stands here, nor in the versions of a need, so that a person can be forgotten.
ALTER TABLE need ADD COLUMN author_email TEXT;
ALTER TABLE need ADD COLUMN buyer_siret TEXT;
-- The account that a need belongs to, once there are accounts.
ALTER TABLE need ADD COLUMN owner UUID;
-- Links that were signed with a lower number are revoked.
ALTER TABLE need ADD COLUMN link_number BIGINT NOT NULL DEFAULT 0;
UPDATE need SET
    author_email = (SELECT v.document::json ->> 'email' FROM need_version v WHERE v.need_id = need.id ORDER BY v.number DESC LIMIT 1),
    buyer_siret = (SELECT v.document::json -> 'buyer' ->> 'siret' FROM need_version v WHERE v.need_id = need.id ORDER BY v.number DESC LIMIT 1);
UPDATE need_version SET document = (document::jsonb - 'email')::text;

ALTER TABLE structure ADD COLUMN link_number BIGINT NOT NULL DEFAULT 0;
-- An address that somebody with the link of the page typed: it becomes the contact when it is confirmed from its own mailbox.
ALTER TABLE structure ADD COLUMN contact_asked TEXT;

CREATE TABLE audit (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL
);
CREATE INDEX audit_of_target ON audit (target, at);
