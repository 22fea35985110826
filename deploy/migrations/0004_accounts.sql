-- Who did what, which answers were given, and what the engine has yet to be told.

-- Every attempt, read and search. `detail` holds rule ids, never what anybody typed.
CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    trust text NOT NULL,
    person text NOT NULL,
    role text NOT NULL,
    action text NOT NULL
        CHECK (action IN ('opened', 'entered', 'refused', 'denied', 'read', 'searched', 'clock_moved')),
    pathway_id uuid,
    kind text,
    detail jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX audit_of_pathway ON audit (trust, pathway_id, id);

-- The answer to a key lives as long as its pathway: a lost answer can be asked for again.
CREATE TABLE idempotency (
    trust text NOT NULL,
    person text NOT NULL,
    key text NOT NULL,
    pathway_id uuid NOT NULL,
    body_hash bytea NOT NULL,
    answer jsonb NOT NULL,
    CONSTRAINT idempotency_key_once PRIMARY KEY (trust, person, key),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);

-- One row per pathway: several versions collapse into the newest. `since` tells a row that changed again from the one
-- that was passed on: a moved clock is news without a new version.
CREATE TABLE outbox (
    pathway_id uuid PRIMARY KEY,
    trust text NOT NULL,
    version int NOT NULL,
    traceparent text,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);

-- What is written down stays: nobody changes an entry or an audit row, the tables' owner included.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON entry EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit EXECUTE FUNCTION refuse_change();
