-- The pages of the registers tell beforehand how many pathways news would touch, and afterwards how many were told.

ALTER TABLE announcement ADD COLUMN found integer CHECK (found >= 0);
COMMENT ON COLUMN announcement.found IS 'How many pathways it concerns; null until they were looked for.';

GRANT UPDATE (found) ON announcement TO patency_worker;
GRANT EXECUTE ON FUNCTION concerned TO desk_governance;
GRANT SELECT ON announcement_owed TO desk_governance;

-- Whoever left stands in for nobody, and nobody stands in for them any longer.
GRANT DELETE, UPDATE (until_on) ON delegation TO desk_governance;
