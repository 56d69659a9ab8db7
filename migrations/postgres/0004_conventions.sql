-- A convention has a number, a period, full-time jobs and a proof; a structure may be a régie or a cooperative of
-- activity. Empty or NULL: nobody said.

ALTER TABLE convention ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE convention ADD COLUMN starts_on TEXT;
ALTER TABLE convention ADD COLUMN ends_on TEXT;
ALTER TABLE convention ADD COLUMN etp_hundredths BIGINT;
ALTER TABLE convention ADD COLUMN proof TEXT NOT NULL DEFAULT '';
ALTER TABLE structure ADD COLUMN network TEXT NOT NULL DEFAULT '';
