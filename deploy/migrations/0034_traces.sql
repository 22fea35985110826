-- Spans for the operations desk. Apart from everything clinical: a schema and a login role of its own, which may put
-- spans in and read them, and can read no table of a pathway. Traces are no evidence of care, and are dropped by the day.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'desk_operations') THEN
        CREATE ROLE desk_operations LOGIN NOINHERIT;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO desk_operations', current_database());
END
$$;

CREATE SCHEMA traces;
GRANT USAGE ON SCHEMA public, traces TO desk_operations;

-- `attributes` and `errors` hold what shared/wiring/scrub.py lets through, and nothing else. Times are nanoseconds
-- since 1970, as they arrived: they also say in which day's partition a span stands.
CREATE TABLE traces.span (
    trace_id bytea NOT NULL CHECK (octet_length(trace_id) = 16),
    span_id bytea NOT NULL CHECK (octet_length(span_id) = 8),
    parent_id bytea CHECK (octet_length(parent_id) = 8),
    service text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('internal', 'server', 'client', 'producer', 'consumer')),
    start_ns bigint NOT NULL,
    end_ns bigint NOT NULL CHECK (end_ns >= start_ns),
    failed boolean NOT NULL,
    attributes jsonb NOT NULL,
    errors text[] NOT NULL,
    links bytea[] NOT NULL,
    pathway_id uuid,
    trust text,
    PRIMARY KEY (trace_id, span_id, start_ns)  -- a batch that comes twice is kept once
) PARTITION BY RANGE (start_ns);
CREATE INDEX span_of_pathway ON traces.span (pathway_id, start_ns) WHERE pathway_id IS NOT NULL;
CREATE INDEX span_of_service ON traces.span (service, start_ns);
CREATE INDEX span_first ON traces.span (start_ns) WHERE parent_id IS NULL;

-- A span that says whose it is, is seen in that trust alone. What says nothing (a page, a mail hand-over) hangs under
-- one that does, or is about no pathway.
ALTER TABLE traces.span ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reads_own_trust ON traces.span FOR SELECT
    USING (trust IS NULL OR trust = current_setting('patency.trust', true));
CREATE POLICY desk_takes_all ON traces.span FOR INSERT TO desk_operations
    WITH CHECK (current_user = 'desk_operations');
GRANT SELECT, INSERT ON traces.span TO desk_operations;

-- Makes room for the day before `today`, for it and for the day after, and drops every day more than `keep_days` ago.
-- With its owner's rights: the desk itself can neither make a partition nor delete one span.
CREATE FUNCTION traces.make_room(today date, keep_days int) RETURNS int
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
    RETURN dropped;
END
$$;
REVOKE EXECUTE ON FUNCTION traces.make_room FROM PUBLIC;
GRANT EXECUTE ON FUNCTION traces.make_room TO desk_operations;
