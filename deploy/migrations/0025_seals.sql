-- A hash chain for each trust over its audit and entry rows: who changes what is written, with whatever rights, leaves
-- a chain that does not fit (shared/evidence). `seal` stands beside the rows, which are inserted and never touched.
--
-- Rows are sealed a moment after their transaction, by `seal_rows`, and not by a trigger inside it: a chain has one
-- head, and a trigger would hold it until each click has committed, so that fifty writers of one trust would wait in
-- line. Until its seal a row is guarded by privilege and by `only_grows` alone; the verifier counts such rows.

-- What a row says, in one spelling: each column as name=octets:value. Lengths make two different rows two spellings.
CREATE FUNCTION sealed_text(VARIADIC pairs text[]) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT string_agg(pairs[i] || '=' || coalesce(octet_length(convert_to(pairs[i + 1], 'UTF8')) || ':' || pairs[i + 1],
        '-'), E'\n' ORDER BY i)
    FROM generate_series(1, array_length(pairs, 1), 2) AS i
$$;

CREATE FUNCTION sealed_instant(at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

CREATE FUNCTION sealed_audit(of_row audit) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT sealed_text('table', 'audit', 'id', of_row.id::text, 'at', sealed_instant(of_row.at),
        'trust', of_row.trust, 'person', of_row.person, 'role', of_row.role, 'action', of_row.action,
        'pathway_id', of_row.pathway_id::text, 'kind', of_row.kind, 'detail', of_row.detail::text)
$$;

CREATE FUNCTION sealed_entry(of_row entry) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT sealed_text('table', 'entry', 'pathway_id', of_row.pathway_id::text, 'seq', of_row.seq::text,
        'trust', of_row.trust, 'kind', of_row.kind, 'at', sealed_instant(of_row.at),
        'recorded_at', sealed_instant(of_row.recorded_at), 'by_person', of_row.by_person, 'by_role', of_row.by_role,
        'record', of_row.record::text, 'facts', of_row.facts::text)
$$;

-- `number` counts the rows of a trust from 1, `of_pathway` those of one pathway: a case file that leaves one out has a
-- gap. `event` is what no table keeps: that a backup was restored, as a signed statement.
CREATE TABLE seal (
    trust text NOT NULL,  -- no foreign key: an audit row of a trust that nobody knows is sealed like any other
    number bigint NOT NULL CHECK (number > 0),
    source text NOT NULL CHECK (source IN ('audit', 'entry', 'event')),
    audit_id bigint,
    pathway_id uuid,
    entry_seq int,
    event text,
    of_pathway int,
    sealed_at timestamptz NOT NULL,
    row_hash bytea NOT NULL,
    link bytea NOT NULL,
    PRIMARY KEY (trust, number),
    CONSTRAINT seal_audit_once UNIQUE (audit_id),
    CHECK ((source = 'audit') = (audit_id IS NOT NULL)),
    CHECK ((source = 'entry') = (entry_seq IS NOT NULL)),
    CHECK ((source = 'event') = (event IS NOT NULL)),
    CHECK ((pathway_id IS NULL) = (of_pathway IS NULL))
);
CREATE UNIQUE INDEX seal_of_pathway ON seal (pathway_id, of_pathway) WHERE pathway_id IS NOT NULL;
CREATE UNIQUE INDEX seal_of_entry ON seal (pathway_id, entry_seq) WHERE entry_seq IS NOT NULL;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON seal EXECUTE FUNCTION refuse_change();

-- Where sealing looks from. It only saves time: a row that it passed over is found by the verifier. `safe_id` has been
-- passed for good; `seen_id` was the newest at `seen_at`, and becomes safe when no transaction can be older.
CREATE TABLE seal_progress (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    safe_id bigint NOT NULL DEFAULT 0,
    seen_id bigint NOT NULL DEFAULT 0,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO seal_progress DEFAULT VALUES;

ALTER TABLE seal ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON seal USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));

-- Nobody signs in as this role: it is what the functions below act as, over all trusts. Whoever may call them may have
-- rows sealed, and can neither read a row nor choose what a seal says.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'patency_seals') THEN
        CREATE ROLE patency_seals NOLOGIN NOINHERIT;
    END IF;
END
$$;
GRANT patency_seals TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
GRANT USAGE, CREATE ON SCHEMA public TO patency_seals;
GRANT SELECT ON audit, entry TO patency_seals;
GRANT SELECT, INSERT ON seal TO patency_seals;
GRANT SELECT, UPDATE ON seal_progress TO patency_seals;
GRANT EXECUTE ON FUNCTION sealed_text, sealed_instant, sealed_audit, sealed_entry TO patency_seals;
CREATE POLICY seals_sees_all ON audit FOR SELECT TO patency_seals USING (current_user = 'patency_seals');
CREATE POLICY seals_sees_all ON entry FOR SELECT TO patency_seals USING (current_user = 'patency_seals');
CREATE POLICY seals_all ON seal TO patency_seals USING (current_user = 'patency_seals')
    WITH CHECK (current_user = 'patency_seals');

-- One link: what is hashed is the link before, the row's own hash, and this seal's number, count and instant.
CREATE FUNCTION seal_after(last_link bytea, row_hash bytea, number bigint, of_pathway int, at timestamptz) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(last_link || sha256(row_hash || convert_to(
        concat_ws('|', number, coalesce(of_pathway::text, '-'), sealed_instant(at)), 'UTF8')))
$$;

-- Where the chain of a trust begins.
CREATE FUNCTION seal_origin(of_trust text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to('patency seals of ' || of_trust, 'UTF8'))
$$;

-- Seals what is committed and not yet sealed, in the order in which it was written: the next `most` audit rows by their
-- ids, and the entries they tell of. Returns how many audit rows. Safe to call at any time by
-- anybody: callers wait for each other, and a row is sealed once.
CREATE FUNCTION seal_rows(most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    now_at CONSTANT timestamptz := clock_timestamp();
    -- Longer than any transaction of ours may last (statement_timeout, idle_in_transaction_session_timeout).
    patience CONSTANT interval := '2 minutes';
    mark seal_progress;
    told record;
    of_trust text := '';
    last_number bigint;
    last_link bytea;
    hashed bytea;
    sealed int := 0;
    newest bigint := 0;
    newest_at timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('patency seals'));
    SELECT * INTO mark FROM seal_progress;
    -- EXECUTE: planned anew each time, since these tables are empty at first and large later.
    FOR told IN EXECUTE $sql$
        WITH fresh AS MATERIALIZED (
            SELECT * FROM audit
            WHERE id > $1 AND NOT EXISTS (SELECT FROM seal WHERE audit_id = audit.id) ORDER BY id LIMIT $2
        ), writing AS (
            SELECT pathway_id, max(at) + interval '10 seconds' AS until_at,
                (SELECT coalesce(max(entry_seq), 0) FROM seal WHERE seal.pathway_id = fresh.pathway_id
                    AND entry_seq IS NOT NULL) AS known
            FROM fresh WHERE action IN ('opened', 'entered') AND pathway_id IS NOT NULL GROUP BY pathway_id
        ), item AS (
            SELECT fresh.trust, fresh.at, 'audit' AS source, fresh.id AS audit_id, fresh.pathway_id,
                NULL::int AS seq, sealed_audit(fresh) AS said
            FROM fresh
            UNION ALL
            SELECT entry.trust, entry.recorded_at, 'entry', NULL, entry.pathway_id, entry.seq, sealed_entry(entry)
            FROM writing JOIN entry ON entry.pathway_id = writing.pathway_id AND entry.seq > writing.known
                AND entry.recorded_at < writing.until_at  -- a later one comes with the audit row that tells of it
        ), known AS (
            SELECT pathway_id, (SELECT coalesce(max(of_pathway), 0) FROM seal
                WHERE seal.pathway_id = each.pathway_id) AS counted
            FROM (SELECT DISTINCT pathway_id FROM fresh WHERE pathway_id IS NOT NULL) AS each
        )
        SELECT item.*, (known.counted + row_number() OVER (PARTITION BY item.pathway_id
            ORDER BY at, source = 'audit', seq, audit_id))::int AS of_pathway
        FROM item LEFT JOIN known ON known.pathway_id = item.pathway_id
        ORDER BY item.trust, at, source = 'audit', seq, audit_id
        $sql$ USING mark.safe_id, most
    LOOP
        IF told.trust <> of_trust THEN
            of_trust := told.trust;
            last_number := NULL;
            EXECUTE 'SELECT number, link FROM seal WHERE trust = $1 ORDER BY number DESC LIMIT 1'
                INTO last_number, last_link USING of_trust;
            IF last_number IS NULL THEN
                last_number := 0;
                last_link := seal_origin(of_trust);
            END IF;
        END IF;
        last_number := last_number + 1;
        hashed := sha256(convert_to(told.said, 'UTF8'));
        last_link := seal_after(last_link, hashed, last_number, told.of_pathway, now_at);
        INSERT INTO seal (trust, number, source, audit_id, pathway_id, entry_seq, of_pathway, sealed_at, row_hash, link)
        VALUES (of_trust, last_number, told.source, told.audit_id, told.pathway_id, told.seq, told.of_pathway, now_at,
            hashed, last_link);
        IF told.source = 'audit' THEN
            sealed := sealed + 1;
            IF told.audit_id > newest THEN
                newest := told.audit_id;
                newest_at := told.at;
            END IF;
        END IF;
    END LOOP;
    IF sealed = most AND newest_at < now_at - patience THEN  -- catching up: nothing older can still be on its way
        UPDATE seal_progress SET safe_id = greatest(safe_id, newest), seen_id = greatest(seen_id, newest);
    ELSIF newest > mark.seen_id AND mark.seen_at < now_at - patience THEN
        UPDATE seal_progress SET safe_id = mark.seen_id, seen_id = newest, seen_at = now_at;
    END IF;
    RETURN sealed;
END
$$;

-- The newest link of every trust that has one: what is to be anchored. Leaps from trust to trust along the key.
CREATE FUNCTION seal_heads() RETURNS TABLE (trust text, number bigint, link bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE known AS (
        SELECT min(seal.trust) AS name FROM seal
        UNION ALL
        SELECT (SELECT min(seal.trust) FROM seal WHERE seal.trust > name) FROM known WHERE name IS NOT NULL
    )
    SELECT name, newest.number, newest.link FROM known CROSS JOIN LATERAL (
        SELECT number, link FROM seal WHERE seal.trust = name ORDER BY number DESC LIMIT 1) AS newest
    WHERE name IS NOT NULL ORDER BY name
$$;

-- One row of one trust: what its chain said at `of_number` (null: it does not reach so far).
CREATE FUNCTION seal_link(of_trust text, of_number bigint) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT link FROM seal WHERE trust = of_trust AND number = of_number
$$;

-- A statement that goes into the chain itself. For the owner alone: it is said by hand, after a restore.
CREATE FUNCTION seal_event(of_trust text, said text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    now_at CONSTANT timestamptz := clock_timestamp();
    hashed CONSTANT bytea :=
        sha256(convert_to(sealed_text('table', 'event', 'trust', of_trust, 'event', said), 'UTF8'));
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('patency seals'));
    SELECT coalesce(max(number), 0) AS number INTO last FROM seal WHERE trust = of_trust;
    INSERT INTO seal (trust, number, source, event, sealed_at, row_hash, link)
    VALUES (of_trust, last.number + 1, 'event', said, now_at, hashed, seal_after(
        coalesce((SELECT link FROM seal WHERE trust = of_trust AND number = last.number), seal_origin(of_trust)),
        hashed, last.number + 1, NULL, now_at));
    RETURN last.number + 1;
END
$$;

GRANT EXECUTE ON FUNCTION seal_rows, seal_heads, seal_link TO patency_worker, desk_front_door;
GRANT EXECUTE ON FUNCTION seal_after, seal_origin TO patency_seals;
ALTER FUNCTION seal_rows OWNER TO patency_seals;
ALTER FUNCTION seal_heads OWNER TO patency_seals;
ALTER FUNCTION seal_link OWNER TO patency_seals;
ALTER FUNCTION seal_event OWNER TO patency_seals;
-- Whoever verifies is the tables' owner, has to know which trusts there are, and tells of a restore.
DO $$
DECLARE
    owning CONSTANT text := current_user;
BEGIN
    SET LOCAL ROLE patency_seals;
    EXECUTE format('GRANT EXECUTE ON FUNCTION seal_heads, seal_event TO %I', owning);
    RESET ROLE;
END
$$;
REVOKE CREATE ON SCHEMA public FROM patency_seals;
