-- The statute of the social economy is a code: « oui », « esus » (agréée), « non »; empty when nobody said.

ALTER TABLE structure ADD COLUMN ess TEXT NOT NULL DEFAULT '';
UPDATE structure SET ess = CASE WHEN is_ess THEN 'oui' ELSE 'non' END WHERE is_ess IS NOT NULL;
ALTER TABLE structure DROP COLUMN is_ess;
