-- What reservations look at: the share of workers, who vouches for it, and the social economy. NULL: nobody said.

ALTER TABLE structure ADD COLUMN share_concerned INTEGER;
ALTER TABLE structure ADD COLUMN share_workers INTEGER;
ALTER TABLE structure ADD COLUMN share_attested INTEGER;
ALTER TABLE structure ADD COLUMN share_counted_on TEXT;
ALTER TABLE structure ADD COLUMN is_ess INTEGER;
