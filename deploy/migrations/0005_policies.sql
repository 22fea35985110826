-- One trust never sees another: row-level security on every table that carries `trust`, for its owner as well.
-- The trust is set for one transaction (`patency.trust`); without it there are no rows at all.

DO $$
DECLARE
    tenant text;
BEGIN
    FOR tenant IN
        SELECT relname FROM pg_class
        JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'trust' AND NOT attisdropped
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tenant);
        IF tenant <> 'entry' THEN
            EXECUTE format(
                'CREATE POLICY own_trust ON %I USING (trust = current_setting(''patency.trust'', true))'
                ' WITH CHECK (trust = current_setting(''patency.trust'', true))', tenant);
        END IF;
    END LOOP;
END
$$;

-- Which process may enter which kinds. `deploy.migrate` fills it from the table of kinds in the code.
CREATE TABLE may_enter (
    db_role text NOT NULL,
    kind text NOT NULL,
    PRIMARY KEY (db_role, kind)
);

CREATE POLICY own_trust_reads ON entry FOR SELECT USING (trust = current_setting('patency.trust', true));
CREATE POLICY own_kinds ON entry FOR INSERT WITH CHECK (
    trust = current_setting('patency.trust', true)
    AND EXISTS (SELECT FROM may_enter WHERE db_role = current_user AND may_enter.kind = entry.kind)
);
