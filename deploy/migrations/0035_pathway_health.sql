-- How the pathways of a trust are, as operations may know it: counts, ages, and opaque references. The functions run
-- with their owner's rights, whom row-level security binds as well: without `patency.trust` they return nothing.

-- What each comparison of the record with Temporal found missing there, written down by the relay.
CREATE TABLE traces.reconciliation (
    at timestamptz PRIMARY KEY DEFAULT clock_timestamp(),
    pathways int NOT NULL CHECK (pathways >= 0),
    filters int NOT NULL CHECK (filters >= 0)
);
CREATE FUNCTION traces.note_reconciliation(pathways int, filters int) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM traces.reconciliation WHERE at < now() - interval '14 days';
    INSERT INTO traces.reconciliation (pathways, filters) VALUES ($1, $2) ON CONFLICT DO NOTHING
$$;
REVOKE EXECUTE ON FUNCTION traces.note_reconciliation FROM PUBLIC;
GRANT USAGE ON SCHEMA traces TO patency_relay;
GRANT EXECUTE ON FUNCTION traces.note_reconciliation TO patency_relay;
GRANT SELECT ON traces.reconciliation TO desk_operations;

-- One row for each thing that is not as it should be: what, which pathway, since when on that pathway's own clock, and
-- how long that is ago there. A training pathway's clock runs ahead; everybody else's is the server's.
CREATE FUNCTION traces.troubles() RETURNS TABLE (what text, pathway_id uuid, detail text, since timestamptz, age interval)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH clock AS (
        SELECT pathway.id, now() + coalesce(ahead, '0') AS now FROM pathway
        LEFT JOIN pathway_clock ON pathway_clock.pathway_id = pathway.id
    )
    -- Kept, and the engine was not told of it: whatever follows from it has not begun.
    SELECT 'not_followed', outbox.pathway_id, '', outbox.since, now() - outbox.since FROM outbox
    WHERE outbox.since < now() - interval '1 minute'
    UNION ALL
    -- Due, and nobody has marked it: the engine should have looked then.
    SELECT 'timer_overdue', timer.pathway_id, timer.id || ' ' || timer.rung, timer.due_at, clock.now - timer.due_at
    FROM timer JOIN clock ON clock.id = timer.pathway_id
    WHERE timer.state = 'pending' AND timer.due_at < clock.now - interval '1 minute'
    UNION ALL
    -- A governance notice (IPG651 1.2) of which no sending has arrived anywhere, and which nobody has acknowledged.
    SELECT 'notice_undelivered', notice.pathway_id, notice.number::text, min(notice.owed_at),
        max(clock.now) - min(notice.owed_at)
    FROM notice JOIN clock ON clock.id = notice.pathway_id
    GROUP BY notice.pathway_id, notice.number
    HAVING bool_and(notice.delivered_at IS NULL AND notice.acknowledged_at IS NULL)
$$;

-- How many pathways are open, and how many rows wait for the relay right now.
CREATE FUNCTION traces.standing() RETURNS TABLE (open_pathways bigint, outbox_rows bigint, outbox_oldest interval)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (SELECT count(*) FROM pathway WHERE closed_at IS NULL), count(*), now() - min(since) FROM outbox
$$;

-- Which kinds of entries a pathway has, when each was kept, and when that was on the pathway's own clock. No record.
CREATE FUNCTION traces.course(of_pathway uuid)
RETURNS TABLE (seq int, kind text, at timestamptz, recorded_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT seq, kind, at, recorded_at FROM entry WHERE pathway_id = of_pathway ORDER BY seq
$$;

-- The pathways whose reference (the beginning of their id, without hyphens) this is, the newest first.
CREATE FUNCTION traces.referred_to(reference text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM pathway
    WHERE reference ~ '^[0-9a-f]{8,32}$' AND starts_with(replace(id::text, '-', ''), reference)
    ORDER BY opened_at DESC LIMIT 20
$$;

REVOKE EXECUTE ON FUNCTION traces.troubles, traces.standing, traces.course, traces.referred_to FROM PUBLIC;
GRANT EXECUTE ON FUNCTION traces.troubles, traces.standing, traces.course, traces.referred_to TO desk_operations;
