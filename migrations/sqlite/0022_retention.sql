-- When somebody last used an account, and when its addresses were told that it is to be erased because nobody does.
ALTER TABLE account ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN warned_at INTEGER;
UPDATE account SET seen_at = COALESCE((SELECT MAX(s.seen_at) FROM session s WHERE s.account_id = account.id), created_at);
