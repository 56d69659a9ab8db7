-- When a structure last vouched for its page, since when the page is out of date, when a file last wrote it.
ALTER TABLE structure ADD COLUMN vouched_at INTEGER;
ALTER TABLE structure ADD COLUMN stale_since INTEGER;
ALTER TABLE structure ADD COLUMN filed_at INTEGER;
CREATE INDEX structure_vouched ON structure (vouched_at);
-- Whoever confirmed or dismissed an activity vouched for its page when it was last written.
UPDATE structure SET vouched_at = updated_at
WHERE EXISTS (SELECT 1 FROM activity WHERE activity.siret = structure.siret AND activity.standing IN ('confirmed', 'dismissed'));
-- The smallest order of an activity, in cents without tax, and its codes of the common procurement vocabulary.
ALTER TABLE activity ADD COLUMN minimum_order INTEGER;
ALTER TABLE activity ADD COLUMN cpv TEXT NOT NULL DEFAULT '';
