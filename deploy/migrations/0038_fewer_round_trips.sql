-- One question instead of several: each sets the trust for its own transaction and answers at once, so that a click
-- waits for PostgreSQL half as often, and a look needs no transaction around it. Whoever asks has the privileges of
-- their own role in there, and row-level security holds as before.

-- A pathway as it is found: what the registers say, what was answered to a key, and the entries after `known_version`.
-- With `locked` the lock comes first: what is read after it is the newest, because each question looks anew.
CREATE FUNCTION visit_pathway(of_trust text, pathway uuid, locked boolean, server_now timestamptz, signal_days int,
    about_persons text[], about_udis text[], known_version int, asker text, asked_key text)
RETURNS TABLE (nation text, training boolean, version int, told text, ahead interval, outside text,
    answered_on uuid, body_hash bytea, answer text,
    seqs int[], kinds text[], ats timestamptz[], persons text[], roles text[], records text[], seen text[])
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    place record;
    london timestamp;
    since int;
BEGIN
    SELECT * INTO place FROM find_pathway(of_trust, pathway, locked);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    london := (server_now + place.ahead) AT TIME ZONE 'Europe/London';
    since := CASE WHEN known_version > place.version THEN 0 ELSE known_version END;
    RETURN QUERY
        SELECT place.nation, place.training, place.version, place.told, place.ahead,
            facts(visit_pathway.pathway, london::date, (server_now AT TIME ZONE 'Europe/London')::date,
                about_persons, about_udis,
                (london - make_interval(days => signal_days)) AT TIME ZONE 'Europe/London')::text,
            answered.pathway_id, answered.body_hash, answered.answer::text, newer.*
        FROM (
            SELECT array_agg(seq ORDER BY seq), array_agg(kind ORDER BY seq), array_agg(at ORDER BY seq),
                array_agg(by_person ORDER BY seq), array_agg(by_role ORDER BY seq),
                array_agg(record::text ORDER BY seq), array_agg(facts::text ORDER BY seq)
            FROM entry WHERE entry.pathway_id = visit_pathway.pathway AND seq > since
        ) AS newer
        LEFT JOIN idempotency AS answered ON answered.person = asker AND answered.key = asked_key;
END
$$;
GRANT EXECUTE ON FUNCTION visit_pathway TO desk_front_door, desk_referral, desk_mdt_review, desk_governance,
    desk_consent, desk_procedure, desk_registry, desk_follow_up, patency_worker;

-- Throws away what its writer typed. Nothing happens where there is no draft.
CREATE FUNCTION drop_draft(of_trust text, of_person text, about uuid, of_kind text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('patency.trust', of_trust, true), set_config('patency.person', of_person, true);
    DELETE FROM draft WHERE pathway_id IS NOT DISTINCT FROM about AND kind = of_kind;
END
$$;
GRANT EXECUTE ON FUNCTION drop_draft TO desk_front_door, desk_referral, desk_mdt_review, desk_governance, desk_consent,
    desk_procedure, desk_registry, desk_follow_up;

-- What decides whether somebody may open a record on a page (shared.ledger.access). No row: no such pathway here.
CREATE FUNCTION ask_to_open(of_trust text, pathway uuid, of_role text, of_person text, now_at timestamptz)
RETURNS TABLE (duty boolean, until_at timestamptz, kinds text[], notices text[], research_leg boolean, status text,
    closed boolean)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('patency.trust', of_trust, true);
    RETURN QUERY
        SELECT
            EXISTS (SELECT FROM task
                    WHERE pathway_id = ask_to_open.pathway AND (of_role = role OR of_role = ANY (escalated_to)))
                OR EXISTS (SELECT FROM entry WHERE pathway_id = ask_to_open.pathway AND by_person = of_person),
            (SELECT max(given.until_at) FROM access_grant AS given
                WHERE pathway_id = ask_to_open.pathway AND person = of_person AND role = of_role
                    AND given.until_at > now_at),
            ARRAY(SELECT DISTINCT kind FROM entry WHERE pathway_id = ask_to_open.pathway),
            ARRAY(SELECT DISTINCT about FROM notice WHERE pathway_id = ask_to_open.pathway),
            coalesce((SELECT record::jsonb @> '{"limbs": [{"recommended": "research_only"}]}' FROM entry
                WHERE pathway_id = ask_to_open.pathway AND kind = 'classification' ORDER BY seq DESC LIMIT 1), false),
            found.status, found.closed_at IS NOT NULL
        FROM pathway AS found WHERE found.id = ask_to_open.pathway;
END
$$;
GRANT EXECUTE ON FUNCTION ask_to_open TO desk_front_door, desk_referral, desk_mdt_review, desk_governance, desk_consent,
    desk_procedure, desk_registry, desk_follow_up;
