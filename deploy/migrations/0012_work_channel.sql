-- A role's open work, asked in one round trip, and a word on the channel `work` whenever a trust's work changes.

-- Says whose work changed, never what: the payload is the trust's code. Equal words of one transaction are one.
CREATE FUNCTION tell_work() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('work', coalesce(NEW.trust, OLD.trust));
    RETURN NULL;
END
$$;
CREATE TRIGGER tells_work AFTER INSERT OR UPDATE OR DELETE ON task FOR EACH ROW EXECUTE FUNCTION tell_work();
CREATE TRIGGER tells_work AFTER INSERT OR UPDATE OR DELETE ON assignment FOR EACH ROW EXECUTE FUNCTION tell_work();

-- One page of a role's open tasks as JSON, with as much of each pathway as a worklist shows; `identified` adds who the
-- patients are, which only desks with the privilege can ask. Runs as its caller, under its policies, and writes the
-- audit rows of what it shows before it answers. `wish`: sort, urgency, side, overdue, whose, reference, number.
-- `place`: [rank, due, pathway, kind, key, role] of the task behind which the page begins.
CREATE FUNCTION find_work(of_trust text, by_person text, as_role text, wish jsonb, place jsonb, size int,
    server_now timestamptz, today date, identified boolean, audited boolean)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    rank CONSTANT text := CASE wish ->> 'sort'
        WHEN 'urgency' THEN
            'CASE pathway.urgency WHEN ''emergency_limb_or_life'' THEN 0 WHEN ''urgent_24h'' THEN 1 ELSE 2 END::float8'
        WHEN 'day' THEN 'extract(epoch FROM pathway.presentation_at)::float8'
        ELSE '' END;
    ranked CONSTANT text := CASE rank WHEN '' THEN '' ELSE 'rank, ' END;
    half CONSTANT text := format($sql$
        SELECT task.*, %1$s AS rank, pathway.sides, pathway.urgency, pathway.presentation_at, pathway.status,
            held.person AS holder, held.at AS held_at, $4 + coalesce(pathway_clock.ahead, '0') AS now
        FROM task
        JOIN pathway ON pathway.id = task.pathway_id
        LEFT JOIN pathway_clock ON pathway_clock.pathway_id = task.pathway_id
        LEFT JOIN assignment AS held ON (held.pathway_id, held.kind, held.key, held.role)
            = (task.pathway_id, task.kind, task.key, task.role)
        WHERE task.state = 'open' AND %%s
            AND (%2$s task.due_rank, task.pathway_id, task.kind, task.key, task.role)
                > (%3$s ($2 ->> 1)::timestamptz, ($2 ->> 2)::uuid, $2 ->> 3, $2 ->> 4, $2 ->> 5)
            AND ($1 ->> 'urgency' IS NULL OR pathway.urgency = $1 ->> 'urgency')
            AND ($1 ->> 'side' IS NULL OR $1 ->> 'side' = ANY (pathway.sides))
            AND ($1 ->> 'overdue' IS NULL OR task.due_at <= $4 + coalesce(pathway_clock.ahead, '0'))
            AND ($1 ->> 'reference' IS NULL OR starts_with(pathway.id::text, $1 ->> 'reference'))
            AND CASE $1 ->> 'whose' WHEN 'nobody' THEN held.person IS NULL WHEN 'mine' THEN held.person = ANY ($6)
                ELSE true END %4$s
        ORDER BY %2$s task.due_rank, task.pathway_id, task.kind, task.key, task.role LIMIT $3
        $sql$,
        CASE rank WHEN '' THEN '0::float8' ELSE rank END,
        CASE rank WHEN '' THEN '' ELSE rank || ', ' END,
        CASE rank WHEN '' THEN '' ELSE '($2 ->> 0)::float8, ' END,
        CASE WHEN identified THEN 'AND ($1 ->> ''number'' IS NULL OR pathway.patient_id IN'
            ' (SELECT id FROM patient WHERE number = $1 ->> ''number''))' ELSE '' END);
    who CONSTANT text := CASE WHEN identified THEN
        '(SELECT json_build_object(''name'', name, ''number'', number, ''born_on'', date_of_birth) FROM patient'
        ' WHERE id = (SELECT patient_id FROM pathway WHERE pathway.id = wanted.pathway_id))' ELSE 'NULL::json' END;
    stood_for text[];
    found json;
BEGIN
    PERFORM set_config('patency.trust', of_trust, true);
    stood_for := ARRAY(SELECT person FROM delegation WHERE to_person = by_person AND role = as_role
        AND from_on <= today AND today < until_on);
    EXECUTE format($sql$
        WITH wanted AS (
            SELECT * FROM (SELECT * FROM (%1$s) AS own
                UNION ALL SELECT * FROM (%2$s) AS escalated) AS both_halves
            ORDER BY %3$s due_rank, pathway_id, kind, key, role LIMIT $3
        )
        SELECT coalesce(json_agg(shown), '[]') FROM (
            SELECT pathway_id, kind, key, role, opened_at, due_at, escalated_to, why, rank, sides, urgency,
                presentation_at, status, holder, held_at, now, %4$s AS patient,
                (SELECT min(at) FROM entry WHERE entry.pathway_id = wanted.pathway_id
                    AND entry.kind = 'procedure_start') AS started_at
            FROM wanted ORDER BY %3$s due_rank, pathway_id, kind, key, role
        ) AS shown
        $sql$,
        format(half, 'task.role = $5'),
        format(half, 'task.escalated_to <> ''{}'' AND $5 = ANY (task.escalated_to) AND task.role <> $5'), ranked, who)
    INTO found USING wish, place, size + 1, server_now, as_role, stood_for || by_person;
    IF audited THEN
        INSERT INTO audit (trust, person, role, action, kind) VALUES (of_trust, by_person, as_role, 'searched', as_role);
        INSERT INTO audit (trust, person, role, action, pathway_id, kind)
            SELECT DISTINCT of_trust, by_person, as_role, 'read', (each ->> 'pathway_id')::uuid, 'patient'
            FROM json_array_elements(found) WITH ORDINALITY AS listed (each, number)
            WHERE identified AND number <= size;
    END IF;
    RETURN json_build_object('tasks', found, 'stands_for', stood_for, 'colleagues',
        ARRAY(SELECT DISTINCT person FROM staff WHERE role = as_role
            AND from_on <= today AND (until_on IS NULL OR today < until_on) ORDER BY person))::text;
END
$$;

GRANT EXECUTE ON FUNCTION find_work TO desk_front_door;
