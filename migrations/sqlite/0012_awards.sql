-- Which lots are awarded, to whom if the buyer says so: a list as JSON, [{"lot": 1, "winner": "SIRET" or null, "awarded_at": seconds}].
ALTER TABLE need ADD COLUMN awards TEXT NOT NULL DEFAULT '[]';
