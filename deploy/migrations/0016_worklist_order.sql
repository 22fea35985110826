-- The worklist: one line for each role that sees an open task, with all that its orders and filters need. A page reads
-- its few lines from an index and only then asks what they are about, however much work is open.

CREATE TABLE worklist (
    trust text NOT NULL,
    seen_by text NOT NULL,  -- the task's own role, or one it was escalated to
    pathway_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    role text NOT NULL,
    due_rank timestamptz NOT NULL,  -- on the server's clock: pathways of a training trust have clocks of their own
    day_rank float8 NOT NULL,  -- likewise when the patient presented: who is furthest in the fourteen days comes first
    urgency_rank int NOT NULL,
    urgency text NOT NULL,
    sides text[] NOT NULL,
    PRIMARY KEY (pathway_id, kind, key, role, seen_by),
    FOREIGN KEY (pathway_id, kind, key, role) REFERENCES task (pathway_id, kind, key, role) ON DELETE CASCADE
);
CREATE INDEX worklist_by_deadline ON worklist (trust, seen_by, due_rank, pathway_id);
CREATE INDEX worklist_by_day ON worklist (trust, seen_by, day_rank, due_rank, pathway_id);
CREATE INDEX worklist_by_urgency ON worklist (trust, seen_by, urgency_rank, due_rank, pathway_id);

ALTER TABLE worklist ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON worklist USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));

-- The lines as they follow from tasks, pathways and clocks. What is kept is always what this says.
CREATE VIEW worklist_line WITH (security_invoker = true) AS
SELECT task.trust, seen_by, task.pathway_id, task.kind, task.key, task.role,
    coalesce(task.due_at - coalesce(ahead, '0'), 'infinity') AS due_rank,
    extract(epoch FROM presentation_at - coalesce(ahead, '0'))::float8 AS day_rank,
    CASE urgency WHEN 'emergency_limb_or_life' THEN 0 WHEN 'urgent_24h' THEN 1 ELSE 2 END AS urgency_rank,
    urgency, sides
FROM task
CROSS JOIN LATERAL (SELECT DISTINCT unnest(task.role || task.escalated_to) AS seen_by) AS roles
JOIN pathway ON pathway.id = task.pathway_id
LEFT JOIN pathway_clock ON pathway_clock.pathway_id = task.pathway_id
WHERE task.state = 'open';

CREATE FUNCTION list_task() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM worklist
        WHERE (pathway_id, kind, key, role) = (NEW.pathway_id, NEW.kind, NEW.key, NEW.role);
    END IF;
    IF NEW.state = 'open' THEN
        INSERT INTO worklist SELECT * FROM worklist_line
        WHERE (pathway_id, kind, key, role) = (NEW.pathway_id, NEW.kind, NEW.key, NEW.role);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER lists_new AFTER INSERT ON task FOR EACH ROW EXECUTE FUNCTION list_task();
CREATE TRIGGER lists_again AFTER UPDATE ON task FOR EACH ROW
    WHEN ((OLD.state, OLD.due_at, OLD.escalated_to) IS DISTINCT FROM (NEW.state, NEW.due_at, NEW.escalated_to))
    EXECUTE FUNCTION list_task();

-- All lines of a pathway whose clock was moved, or of which something else is known now.
CREATE FUNCTION list_pathway() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    changed CONSTANT uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
    DELETE FROM worklist WHERE pathway_id = changed;
    INSERT INTO worklist SELECT * FROM worklist_line WHERE pathway_id = changed;
    RETURN NULL;
END
$$;
CREATE TRIGGER lists_again AFTER INSERT OR UPDATE ON pathway_clock FOR EACH ROW
    EXECUTE FUNCTION list_pathway('pathway_id');
CREATE TRIGGER lists_again AFTER UPDATE OF sides, urgency, presentation_at ON pathway FOR EACH ROW
    EXECUTE FUNCTION list_pathway('id');

GRANT SELECT ON worklist_line TO desk_front_door, desk_referral, desk_mdt_review, desk_governance, desk_consent,
    desk_procedure, desk_registry, desk_follow_up, patency_worker;
GRANT SELECT, INSERT, DELETE ON worklist TO desk_front_door, desk_referral, desk_mdt_review, desk_governance,
    desk_consent, desk_procedure, desk_registry, desk_follow_up, patency_worker;
GRANT EXECUTE ON FUNCTION list_task, list_pathway TO desk_front_door, desk_referral, desk_mdt_review, desk_governance,
    desk_consent, desk_procedure, desk_registry, desk_follow_up, patency_worker;

-- What is open already, of every trust: their owner is held to the policies like everybody else, but for this moment.
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
ALTER TABLE pathway NO FORCE ROW LEVEL SECURITY;
ALTER TABLE pathway_clock NO FORCE ROW LEVEL SECURITY;
ALTER TABLE worklist NO FORCE ROW LEVEL SECURITY;
INSERT INTO worklist SELECT * FROM worklist_line;
ALTER TABLE task FORCE ROW LEVEL SECURITY;
ALTER TABLE pathway FORCE ROW LEVEL SECURITY;
ALTER TABLE pathway_clock FORCE ROW LEVEL SECURITY;
ALTER TABLE worklist FORCE ROW LEVEL SECURITY;

-- Worklists are read from these lines from now on; a meeting asks for the tasks of its own kinds.
DROP INDEX task_worklist, task_escalated;
CREATE INDEX task_of_kind ON task (trust, kind, due_rank, pathway_id) WHERE state = 'open';

-- As before (0012), with people by name. The joins stand in the order in which they are best done: looking for a better
-- one, at every page, took as long as doing them.
-- One page of a role's open tasks as JSON, what it shows audited before it answers. `wish`: sort, urgency, side,
-- overdue, whose, reference, number. `place`: [rank, due, pathway, kind, key, role] of the line behind which it begins.
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
        INSERT INTO audit (trust, person, role, action, kind) VALUES (of_trust, by_person, as_role, 'searched', as_role);
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
