-- What an account may do has changed: its sessions get another secret, and the one before is good for some seconds more.
ALTER TABLE session ADD COLUMN renew BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN hash_before BYTEA;
ALTER TABLE session ADD COLUMN before_until BIGINT;
-- Whoever wants its account gone has until then to think again.
ALTER TABLE account ADD COLUMN closing_at BIGINT;
