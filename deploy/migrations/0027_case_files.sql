-- Case files as they were handed out: what the front door made, kept to the byte, with who asked and why (a code).
-- They name a pathway and no patient.

CREATE TABLE case_file (
    trust text NOT NULL,
    id uuid NOT NULL,
    pathway_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    by_person text NOT NULL,
    by_role text NOT NULL,
    reason text NOT NULL,
    rows int NOT NULL,
    json_content bytea NOT NULL CHECK (length(json_content) BETWEEN 1 AND 32000000),
    pdf_content bytea NOT NULL CHECK (length(pdf_content) BETWEEN 1 AND 32000000),
    PRIMARY KEY (trust, id),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);
CREATE INDEX case_file_of_pathway ON case_file (pathway_id, made_at);
ALTER TABLE case_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON case_file USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON case_file EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON case_file TO desk_front_door;

-- As before (0016); a search says which pathways it showed, so that everybody who has seen one is found. With
-- identities it need not: each of those is an audit row of its own.
CREATE OR REPLACE FUNCTION find_work(of_trust text, by_person text, as_role text, wish jsonb, place jsonb, size int,
    server_now timestamptz, today date, identified boolean, audited boolean)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp SET join_collapse_limit = 1 AS $$
DECLARE
    -- What the lines are ordered by before their deadline, and a condition for each wish. No value stands in them.
    rank CONSTANT text := CASE wish ->> 'sort' WHEN 'urgency' THEN 'urgency_rank' WHEN 'day' THEN 'day_rank' END;
    ranked CONSTANT text := concat(rank || ', ', 'due_rank, pathway_id, kind, key, role');
    behind CONSTANT text := concat('(', CASE WHEN rank IS NOT NULL THEN '($2 ->> 0)::float8, ' END,
        '($2 ->> 1)::timestamptz, ($2 ->> 2)::uuid, $2 ->> 3, $2 ->> 4, $2 ->> 5)');
    holding CONSTANT text := 'SELECT FROM assignment AS held WHERE (held.pathway_id, held.kind, held.key, held.role)'
        ' = (line.pathway_id, line.kind, line.key, line.role)';
    fitting CONSTANT text := concat(
        CASE WHEN wish ? 'urgency' THEN ' AND urgency = $1 ->> ''urgency''' END,
        CASE WHEN wish ? 'side' THEN ' AND $1 ->> ''side'' = ANY (sides)' END,
        CASE WHEN wish ? 'overdue' THEN ' AND due_rank <= $4' END,
        CASE WHEN wish ? 'reference' THEN ' AND pathway_id BETWEEN ($1 ->> ''reference'' || repeat(''0'', 24))::uuid'
            ' AND ($1 ->> ''reference'' || repeat(''f'', 24))::uuid' END,
        CASE WHEN wish ? 'number' AND identified THEN ' AND pathway_id IN (SELECT pathway.id FROM pathway'
            ' JOIN patient ON patient.id = patient_id WHERE number = $1 ->> ''number'')' END,
        CASE wish ->> 'whose' WHEN 'nobody' THEN format(' AND NOT EXISTS (%s)', holding)
            WHEN 'mine' THEN format(' AND EXISTS (%s AND held.person = ANY ($6))', holding) END);
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
        WITH wanted AS MATERIALIZED (
            SELECT pathway_id, kind, key, role, due_rank, %1$s AS rank FROM worklist AS line
            WHERE seen_by = $5 AND (%2$s) > %3$s %4$s
            ORDER BY %2$s LIMIT $3
        )
        SELECT coalesce(json_agg(shown), '[]') FROM (
            SELECT wanted.pathway_id, wanted.kind, wanted.key, wanted.role, task.opened_at, task.due_at,
                task.escalated_to, task.why, wanted.rank, wanted.due_rank, pathway.sides, pathway.urgency,
                pathway.presentation_at, pathway.status, held.person AS holder, held.at AS held_at,
                staff_name.name AS holder_name, $4 + coalesce(pathway_clock.ahead, '0') AS now, %5$s AS patient,
                (SELECT min(at) FROM entry WHERE entry.pathway_id = wanted.pathway_id
                    AND entry.kind = 'procedure_start') AS started_at
            FROM wanted
            JOIN task ON (task.pathway_id, task.kind, task.key, task.role)
                = (wanted.pathway_id, wanted.kind, wanted.key, wanted.role)
            JOIN pathway ON pathway.id = wanted.pathway_id
            LEFT JOIN pathway_clock ON pathway_clock.pathway_id = wanted.pathway_id
            LEFT JOIN assignment AS held ON (held.pathway_id, held.kind, held.key, held.role)
                = (wanted.pathway_id, wanted.kind, wanted.key, wanted.role)
            LEFT JOIN staff_name ON staff_name.person = held.person
            ORDER BY wanted.rank, wanted.due_rank, wanted.pathway_id, wanted.kind, wanted.key, wanted.role
        ) AS shown
        $sql$, coalesce(rank, '0') || '::float8', ranked, behind, fitting, who)
    INTO found USING wish, place, size + 1, server_now, as_role, stood_for || by_person;
    IF audited THEN
        INSERT INTO audit (trust, person, role, action, kind, detail)
            SELECT of_trust, by_person, as_role, 'searched', as_role,
                coalesce(jsonb_agg(DISTINCT each ->> 'pathway_id'), '[]')
            FROM json_array_elements(found) WITH ORDINALITY AS listed (each, number)
            WHERE NOT identified AND number <= size;
        INSERT INTO audit (trust, person, role, action, pathway_id, kind)
            SELECT DISTINCT of_trust, by_person, as_role, 'read', (each ->> 'pathway_id')::uuid, 'patient'
            FROM json_array_elements(found) WITH ORDINALITY AS listed (each, number)
            WHERE identified AND number <= size;
    END IF;
    RETURN json_build_object('tasks', found,
        'stands_for', (SELECT coalesce(json_object_agg(person, coalesce(name, person)), '{}')
            FROM unnest(stood_for) AS person LEFT JOIN staff_name USING (person)),
        'colleagues', (SELECT coalesce(json_object_agg(person, coalesce(name, person) ORDER BY name, person), '{}')
            FROM (SELECT DISTINCT person FROM staff WHERE role = as_role
                AND from_on <= today AND (until_on IS NULL OR today < until_on)) AS fellow
            LEFT JOIN staff_name USING (person)))::text;
END
$$;
