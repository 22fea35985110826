-- The few questions the ledger asks in one round trip. All run as their caller, under its policies and privileges,
-- except `patient_facts`: the worker may know how old a patient is, and nothing that says who it is.

-- Sets the trust for this transaction and finds the pathway; `locked` holds its row until the end, so that
-- everything read afterwards is decided on one version.
CREATE FUNCTION find_pathway(of_trust text, pathway uuid, locked boolean)
RETURNS TABLE (nation text, training boolean, version int, told text, closed boolean, ahead interval)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('patency.trust', of_trust, true);
    IF locked THEN
        PERFORM FROM pathway AS held WHERE held.id = pathway FOR UPDATE;
    END IF;
    RETURN QUERY
        SELECT trust.nation, trust.training, found.version, found.told, found.closed_at IS NOT NULL,
            coalesce(pathway_clock.ahead, interval '0')
        FROM pathway AS found
        JOIN trust ON trust.trust = found.trust
        LEFT JOIN pathway_clock ON pathway_clock.pathway_id = found.id
        WHERE found.id = pathway;
END
$$;

-- Sets the trust and lets nobody else open a pathway for this number until the end of the transaction.
CREATE FUNCTION hold_number(of_trust text, number_kind text, number text)
RETURNS TABLE (nation text, training boolean)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('patency.trust', of_trust, true);
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws('/', of_trust, number_kind, number), 0));
    RETURN QUERY SELECT trust.nation, trust.training FROM trust;
END
$$;

CREATE FUNCTION patient_facts(pathway uuid, on_day date)
RETURNS TABLE (age_years int, sex text, identity text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT extract(year FROM age(on_day, patient.date_of_birth))::int, patient.sex,
        CASE WHEN patient.number_kind = 'temporary' THEN 'temporary'
            WHEN patient.number_status = 'number_present_and_verified' THEN 'verified'
            ELSE 'unverified' END
    FROM pathway AS found JOIN patient ON patient.id = found.patient_id
    WHERE found.id = pathway
$$;

-- What the trust's registers say now, as the JSON of shared.pathway.facts.Facts. `pathway` may be null: nobody yet.
CREATE FUNCTION facts(pathway uuid, on_day date, today date, persons text[], udis text[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'staff', (SELECT coalesce(jsonb_object_agg(person, roles), '{}') FROM (
            SELECT person, jsonb_agg(DISTINCT role) AS roles FROM staff
            WHERE person = ANY (persons) AND from_on <= today AND (until_on IS NULL OR today < until_on)
            GROUP BY person) AS named),
        'governance_recipients', (SELECT coalesce(jsonb_agg(DISTINCT role), '[]') FROM governance_recipient),
        'ack_required', coalesce((SELECT ack_required FROM trust), false),
        'authorisation', (SELECT to_jsonb(authorisation) - 'trust' FROM authorisation),
        'devices', (SELECT coalesce(jsonb_object_agg(udi_di, to_jsonb(device) - 'trust'), '{}')
            FROM device WHERE udi_di = ANY (udis)),
        'studies', (SELECT coalesce(jsonb_object_agg(study_id, to_jsonb(study) - 'trust'), '{}') FROM study),
        'leaflets', (SELECT coalesce(jsonb_object_agg(document_id, version), '{}') FROM leaflet)
    ) || coalesce((SELECT to_jsonb(about) FROM patient_facts(pathway, on_day) AS about), '{}')
$$;

GRANT EXECUTE ON FUNCTION find_pathway, patient_facts, facts TO desk_front_door, desk_referral, desk_mdt_review,
    desk_governance, desk_consent, desk_procedure, desk_registry, desk_follow_up, patency_worker;
GRANT EXECUTE ON FUNCTION hold_number TO desk_referral;
