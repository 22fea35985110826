-- Writes the row of one pathway, unless it is there as it is. With no rights of its own: who calls it writes.
CREATE FUNCTION keep_compliance(pathway uuid, its_trust text, its_digest bytea, written json) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    its_standing bytea;
    is_counted boolean;
BEGIN
    IF written IS NULL OR EXISTS (SELECT FROM compliance WHERE pathway_id = pathway AND digest = its_digest) THEN
        RETURN;
    END IF;
    its_standing := decode(md5((written ->> 'reached') || (written ->> 'verdicts')), 'hex');
    is_counted := json_array_length(written -> 'reached') > 0;
    INSERT INTO compliance_standing (trust, standing, reached, verdicts)
    SELECT its_trust, its_standing, row.* FROM json_to_record(written) AS row (reached text[], verdicts text)
    ON CONFLICT (trust, standing) DO NOTHING;
    UPDATE compliance SET (digest, standing, counted, considered_on, sides, course, site, severity,
            age_band, sex,
        language, device, devices_used, devices_unused, contrast_ml, nights, in_person, remotely, completed,
        serious_on)
        = (SELECT its_digest, its_standing, is_counted, row.*
        FROM json_to_record(written) AS row (considered_on date, sides text[], course text, site text, severity text,
        age_band text, sex text, language text, device text, devices_used integer, devices_unused integer,
        contrast_ml double precision, nights integer, in_person integer, remotely integer, completed integer,
        serious_on date[]))
    WHERE pathway_id = pathway;
    IF NOT FOUND THEN
        INSERT INTO compliance (pathway_id, trust, digest, standing, counted, considered_on, sides, course, site,
        severity, age_band, sex,
        language, device, devices_used, devices_unused, contrast_ml, nights, in_person, remotely, completed,
        serious_on)
        SELECT pathway, its_trust, its_digest, its_standing, is_counted, row.*
        FROM json_to_record(written) AS row (considered_on date, sides text[], course text, site text, severity text,
        age_band text, sex text, language text, device text, devices_used integer, devices_unused integer,
        contrast_ml double precision, nights integer, in_person integer, remotely integer, completed integer,
        serious_on date[]);
    END IF;
    INSERT INTO compliance_facts (pathway_id, trust, facts) VALUES (pathway, its_trust, (written -> 'facts')::jsonb)
    ON CONFLICT (pathway_id) DO UPDATE SET facts = (written -> 'facts')::jsonb;
END
$$;

-- Whoever enters writes it, and sees of it only whether it has changed. Figures are the governance desk's alone.
DO $$
DECLARE
    process text;
BEGIN
    FOREACH process IN ARRAY ARRAY['desk_referral', 'desk_mdt_review', 'desk_governance', 'desk_consent',
        'desk_procedure', 'desk_registry', 'desk_follow_up', 'patency_worker'] LOOP
        EXECUTE format('GRANT INSERT, UPDATE, SELECT (pathway_id, digest) ON compliance TO %I', process);
        EXECUTE format('GRANT INSERT, UPDATE, SELECT (pathway_id) ON compliance_facts TO %I', process);
        EXECUTE format('GRANT INSERT, SELECT (trust, standing) ON compliance_standing TO %I', process);
        EXECUTE format('GRANT EXECUTE ON FUNCTION keep_compliance TO %I', process);
    END LOOP;
END
$$;
GRANT SELECT ON compliance, compliance_standing, compliance_facts TO desk_governance;
