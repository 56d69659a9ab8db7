-- What takes a structure out of all that is proposed, each by itself: it opposes it, an administrator suspended it (why), it is
-- the duplicate of another one.
ALTER TABLE structure ADD COLUMN opposed_at INTEGER;
ALTER TABLE structure ADD COLUMN suspended_why TEXT;
ALTER TABLE structure ADD COLUMN merged_into TEXT REFERENCES structure (siret);
