-- Two people of governance, each struck out at the same moment, each saw the other still there, and nobody was left to
-- be told (IPG651 1.2, R-GOV-3). Whoever takes somebody away now waits for whoever is doing so in this trust, and then
-- looks: each statement of this function sees what was committed before it began.
CREATE OR REPLACE FUNCTION somebody_is_told() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    whose text := coalesce(NEW.trust, OLD.trust);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('somebody is told/' || whose, 0));
    IF (TG_TABLE_NAME = 'governance_recipient'
            OR EXISTS (SELECT FROM governance_recipient WHERE trust = whose)
            OR EXISTS (SELECT FROM authorisation WHERE trust = whose AND status = 'active'))
        AND NOT EXISTS (SELECT FROM told_today WHERE trust = whose
            AND role IN ('governance_lead', 'deputy_governance_lead', 'medical_director'))
    THEN
        RAISE EXCEPTION 'nobody of governance would be told' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'somebody_is_told', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
