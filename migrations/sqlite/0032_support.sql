-- In whose place the account of a session acts, why, until when, and by which address it was found: administrators, to help.
ALTER TABLE session ADD COLUMN acts_for BLOB REFERENCES account (id) ON DELETE SET NULL;
ALTER TABLE session ADD COLUMN acts_why TEXT;
ALTER TABLE session ADD COLUMN acts_until INTEGER;
ALTER TABLE session ADD COLUMN acts_address TEXT;
