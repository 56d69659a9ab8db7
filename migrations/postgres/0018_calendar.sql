-- What a structure can offer month by month, as far as it says: `2027-03:120 2027-04:0`; no hours is a full month.
ALTER TABLE structure ADD COLUMN calendar TEXT NOT NULL DEFAULT '';
