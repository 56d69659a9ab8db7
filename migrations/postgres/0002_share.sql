-- What reservations look at: the share of workers, who vouches for it, and the social economy. NULL: nobody said.

ALTER TABLE structure ADD COLUMN share_concerned BIGINT;
ALTER TABLE structure ADD COLUMN share_workers BIGINT;
ALTER TABLE structure ADD COLUMN share_attested BOOLEAN;
ALTER TABLE structure ADD COLUMN share_counted_on TEXT;
ALTER TABLE structure ADD COLUMN is_ess BOOLEAN;
