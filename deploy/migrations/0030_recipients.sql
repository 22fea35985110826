-- Who is told for governance, which way, and that there is always somebody (IPG651 1.2, R-GOV-3).

ALTER TABLE governance_recipient ADD COLUMN channel text NOT NULL DEFAULT 'smtp'
    CHECK (channel IN ('smtp', 'govuk_notify', 'webhook'));
COMMENT ON COLUMN governance_recipient.channel IS 'Which way a notice goes; the governance inbox shows it besides.';

GRANT INSERT, UPDATE (address, channel) ON governance_recipient TO desk_governance;

-- Somebody whose role has ended by the staff directory is told no more, whatever this register still says. Somebody
-- the directory has never heard of (a shared post, a person of the training world) counts.
CREATE FUNCTION has_left(who text, was text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM staff WHERE person = who)
        AND NOT EXISTS (SELECT FROM staff WHERE person = who AND role = was
            AND from_on <= (now() AT TIME ZONE 'Europe/London')::date
            AND (until_on IS NULL OR until_on > (now() AT TIME ZONE 'Europe/London')::date))
$$;
CREATE VIEW told_today WITH (security_invoker = true) AS
    SELECT trust, role, person, address, channel FROM governance_recipient WHERE NOT has_left(person, role);

-- A queue without a human owner cannot be saved: whoever takes the last one away, by whatever statement, is refused at
-- the end of the transaction. A trust whose authorisation is active must have one from the start.
CREATE FUNCTION somebody_is_told() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    whose text := coalesce(NEW.trust, OLD.trust);
BEGIN
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
CREATE CONSTRAINT TRIGGER somebody_is_told AFTER UPDATE OR DELETE ON governance_recipient
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION somebody_is_told();
CREATE CONSTRAINT TRIGGER somebody_is_told AFTER UPDATE OR DELETE ON staff
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION somebody_is_told();
CREATE CONSTRAINT TRIGGER somebody_is_told AFTER INSERT OR UPDATE ON authorisation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION somebody_is_told();

DO $$
DECLARE
    process text;
BEGIN
    FOREACH process IN ARRAY ARRAY['desk_front_door', 'desk_referral', 'desk_mdt_review', 'desk_governance',
        'desk_consent', 'desk_procedure', 'desk_registry', 'desk_follow_up', 'patency_worker'] LOOP
        EXECUTE format('GRANT SELECT ON told_today TO %I', process);
        EXECUTE format('GRANT EXECUTE ON FUNCTION has_left, somebody_is_told TO %I', process);
    END LOOP;
END
$$;
