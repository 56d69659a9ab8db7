-- What is waited for by a person goes before a mass of alerts; what cannot be done is kept aside until someone decides.
ALTER TABLE job ADD COLUMN priority INTEGER NOT NULL DEFAULT 1;
ALTER TABLE job ADD COLUMN dead_at INTEGER;
DROP INDEX job_due;
CREATE INDEX job_due ON job (priority, run_at) WHERE done_at IS NULL AND dead_at IS NULL;
