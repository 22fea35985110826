-- A span that names no trust was everybody's: other trusts' operations people saw it. Now it is seen by whose it is: the
-- trust of the pathway that it names, as the record has it; else the trusts that other spans of its trace belong to. What
-- no span of a trace claims (a sign-in, a request without one) is nobody's, and no page shows it.

-- Whom the spans of a trace speak of, once for each trace: a trust, or a pathway without one. It outlives no span by more
-- than a day.
CREATE TABLE traces.about (
    trace_id bytea NOT NULL CHECK (octet_length(trace_id) = 16),
    trust text,
    pathway_id uuid,
    taken_on date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
    CHECK ((trust IS NULL) <> (pathway_id IS NULL)),
    UNIQUE NULLS NOT DISTINCT (trace_id, trust, pathway_id)
);
CREATE INDEX about_taken_on ON traces.about (taken_on);

-- With its owner's rights, whom row-level security binds as well: a pathway of another trust is not there.
CREATE FUNCTION traces.is_ours(of_pathway uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pathway WHERE id = of_pathway AND trust = current_setting('patency.trust', true))
$$;
REVOKE EXECUTE ON FUNCTION traces.is_ours FROM PUBLIC;
GRANT EXECUTE ON FUNCTION traces.is_ours TO desk_operations;

-- What the spans of before speak of. Row-level security binds their owner too, so it is set aside for this statement.
ALTER TABLE traces.span NO FORCE ROW LEVEL SECURITY;
INSERT INTO traces.about (trace_id, trust, pathway_id, taken_on)
SELECT trace_id, trust, CASE WHEN trust IS NULL THEN pathway_id END,
    max((to_timestamp(start_ns / 1e9) AT TIME ZONE 'UTC')::date)
FROM traces.span WHERE trust IS NOT NULL OR pathway_id IS NOT NULL
GROUP BY 1, 2, 3;
ALTER TABLE traces.span FORCE ROW LEVEL SECURITY;

ALTER TABLE traces.about ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reads_own_trust ON traces.about FOR SELECT
    USING (trust = current_setting('patency.trust', true) OR (trust IS NULL AND traces.is_ours(pathway_id)));
CREATE POLICY desk_takes_all ON traces.about FOR INSERT TO desk_operations
    WITH CHECK (current_user = 'desk_operations');
GRANT SELECT, INSERT (trace_id, trust, pathway_id) ON traces.about TO desk_operations;
DO $$
BEGIN  -- traces.make_room, which is the owner's, deletes what is old
    EXECUTE format('CREATE POLICY owner_drops_old ON traces.about TO %I USING (true)', current_user);
END
$$;

DROP POLICY reads_own_trust ON traces.span;
CREATE POLICY reads_own_trust ON traces.span FOR SELECT USING (
    trust = current_setting('patency.trust', true)
    OR (trust IS NULL AND CASE
        WHEN pathway_id IS NOT NULL THEN traces.is_ours(pathway_id)
        ELSE EXISTS (SELECT FROM traces.about WHERE about.trace_id = span.trace_id)
    END)
);

-- As in 0034, and forgets whom the dropped spans spoke of.
CREATE OR REPLACE FUNCTION traces.make_room(today date, keep_days int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    day date;
    old text;
    dropped int := 0;
    day_ns CONSTANT bigint := 86400 * 1000000000::bigint;
BEGIN
    IF keep_days NOT BETWEEN 1 AND 400 OR abs(today - current_date) > 1 THEN
        RAISE EXCEPTION 'not a day or a number of days that spans are kept for';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('traces.make_room'));
    FOR day IN SELECT today + n FROM generate_series(-1, 1) AS n LOOP
        IF to_regclass(format('traces.span_%s', to_char(day, 'YYYYMMDD'))) IS NULL THEN
            EXECUTE format('CREATE TABLE traces.%I PARTITION OF traces.span FOR VALUES FROM (%s) TO (%s)',
                'span_' || to_char(day, 'YYYYMMDD'),
                (day - date '1970-01-01') * day_ns, (day - date '1970-01-01' + 1) * day_ns);
            EXECUTE format('ALTER TABLE traces.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
                'span_' || to_char(day, 'YYYYMMDD'));  -- without a policy: it is reached through traces.span alone
        END IF;
    END LOOP;
    FOR old IN
        SELECT part.relname FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
        WHERE inhparent = 'traces.span'::regclass AND part.relname ~ '^span_[0-9]{8}$'
            AND to_date(right(part.relname, 8), 'YYYYMMDD') < today - keep_days
    LOOP
        EXECUTE format('DROP TABLE traces.%I', old);
        dropped := dropped + 1;
    END LOOP;
    DELETE FROM traces.about WHERE taken_on < today - keep_days - 1;
    RETURN dropped;
END
$$;
