-- Exports of a trust's pathways as FHIR that an auditor asked for over HTTP: asked at the front door, made by a worker,
-- fetched in parts, forgotten after a day. What is in them names nobody.
CREATE TABLE fhir_export (
    trust text NOT NULL REFERENCES trust,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    by_person text NOT NULL,
    by_role text NOT NULL,
    asked_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    attempts int NOT NULL DEFAULT 0,  -- how often a worker has begun; the last one counts
    heard_at timestamptz,  -- the last sign of the worker that makes it
    told int NOT NULL DEFAULT 0,
    pathways int,
    snapshot_at timestamptz,
    expires_at timestamptz,
    PRIMARY KEY (trust, id),
    CHECK ((state IN ('waiting', 'running')) = (expires_at IS NULL)),
    CHECK (state <> 'done' OR snapshot_at IS NOT NULL)
);
-- One at a time for each trust.
CREATE UNIQUE INDEX fhir_export_under_way ON fhir_export (trust) WHERE state IN ('waiting', 'running');

-- Lines of one type of resource, compressed. Parts of an attempt that came to nothing are not shown, and taken away.
CREATE TABLE fhir_export_part (
    trust text NOT NULL,
    export_id uuid NOT NULL,
    attempt int NOT NULL,
    kind text NOT NULL,
    number int NOT NULL CHECK (number > 0),
    resources int NOT NULL CHECK (resources > 0),
    content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 32000000),
    -- No foreign key: it would lock a row that the worker's other connection changes, from within a frozen snapshot.
    PRIMARY KEY (trust, export_id, attempt, kind, number)
);

DO $$
DECLARE
    tenant text;
BEGIN
    FOREACH tenant IN ARRAY ARRAY['fhir_export', 'fhir_export_part'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tenant);
        EXECUTE format(
            'CREATE POLICY own_trust ON %I USING (trust = current_setting(''patency.trust'', true))'
            ' WITH CHECK (trust = current_setting(''patency.trust'', true))', tenant);
    END LOOP;
END
$$;
-- The worker takes the exports of whichever trust has one.
CREATE POLICY worker_sees_all ON fhir_export FOR SELECT TO patency_worker USING (current_user = 'patency_worker');

GRANT SELECT, INSERT, UPDATE (state, expires_at) ON fhir_export TO desk_front_door;
GRANT SELECT ON fhir_export_part TO desk_front_door;
GRANT SELECT, UPDATE (state, attempts, heard_at, told, pathways, snapshot_at, expires_at), DELETE ON fhir_export
    TO patency_worker;
GRANT SELECT, INSERT, DELETE ON fhir_export_part TO patency_worker;

-- Which pathways are one patient's, in the order in which they are told. The worker cannot see that (0006), but of a
-- trust whose auditor asked for an export, and by the attempt at it that is under way.
CREATE FUNCTION fhir_export_order(of_export uuid, of_attempt int) RETURNS TABLE (id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT pathway.id, pathway.patient_id FROM pathway JOIN fhir_export AS asked ON asked.trust = pathway.trust
    WHERE asked.id = of_export AND asked.attempts = of_attempt AND asked.state = 'running' AND pathway.version > 0
    ORDER BY pathway.patient_id, pathway.id
$$;
REVOKE EXECUTE ON FUNCTION fhir_export_order FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fhir_export_order TO patency_worker;
