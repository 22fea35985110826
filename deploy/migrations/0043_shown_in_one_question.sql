-- A pathway that is shown is found, its reading is audited, and who the patient is is read, in one question: a page
-- waited for five answers of PostgreSQL before.

-- For each of `what` an audit row ('patient': who the patient is; NULL: the pathway itself), and the patient, if asked
-- for. Whoever asks needs the privilege to read patients only then. It is asked for a pathway that was found, in the
-- statement that found it: the trust is set.
CREATE FUNCTION shown_to(reader text, reader_role text, pathway uuid, what text[])
RETURNS TABLE (number_kind text, number text, rest text)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO audit (trust, person, role, action, pathway_id, kind)
    SELECT current_setting('patency.trust'), reader, reader_role, 'read', shown_to.pathway, kind
    FROM unnest(what) AS kind;
    IF 'patient' = ANY (what) THEN
        RETURN QUERY
            SELECT found.number_kind, found.number, json_build_object('name', name, 'date_of_birth', date_of_birth,
                'sex', sex, 'number_status', number_status)::text
            FROM patient AS found WHERE found.id = (SELECT patient_id FROM pathway WHERE id = shown_to.pathway);
    END IF;
END
$$;
GRANT EXECUTE ON FUNCTION shown_to TO desk_front_door, desk_referral, desk_mdt_review, desk_governance, desk_consent,
    desk_procedure, desk_registry, desk_follow_up, patency_worker;
