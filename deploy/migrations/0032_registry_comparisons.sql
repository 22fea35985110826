-- What was handed over to the registry, and whether it and the record agree (R-REG-3, R-REG-4; IPG651 1.3).

-- One row for each dataset version under its key, from its first sending on. What the registry answered is an entry.
CREATE TABLE registry_sending (
    pathway_id uuid NOT NULL,
    trust text NOT NULL,
    key text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    times int NOT NULL DEFAULT 1 CHECK (times > 0),
    PRIMARY KEY (pathway_id, key),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);

-- One comparison of a trust: procedures counted from their own records, entries by state, what the registry holds.
CREATE TABLE registry_comparison (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    trust text NOT NULL REFERENCES trust,
    at timestamptz NOT NULL,
    started int NOT NULL,
    held int NOT NULL,
    states jsonb NOT NULL,
    UNIQUE (id, trust)
);
CREATE INDEX registry_comparison_newest ON registry_comparison (trust, at DESC);

-- `pathway_id` is null for an entry of the registry that no pathway of this trust accounts for.
CREATE TABLE registry_difference (
    comparison_id uuid NOT NULL,
    trust text NOT NULL,
    procedure_id text NOT NULL,
    what text NOT NULL CHECK (what IN ('not_entered', 'no_procedure', 'missing_there', 'extra_there',
        'other_version', 'other_receipt', 'twice_there')),
    pathway_id uuid,
    started_on date,
    days int,
    ours text NOT NULL,
    theirs text NOT NULL,
    PRIMARY KEY (comparison_id, procedure_id, what),
    FOREIGN KEY (comparison_id, trust) REFERENCES registry_comparison (id, trust)
);

DO $$
DECLARE
    tenant text;
BEGIN
    FOREACH tenant IN ARRAY ARRAY['registry_sending', 'registry_comparison', 'registry_difference'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tenant);
        EXECUTE format(
            'CREATE POLICY own_trust ON %I USING (trust = current_setting(''patency.trust'', true))'
            ' WITH CHECK (trust = current_setting(''patency.trust'', true))', tenant);
    END LOOP;
END
$$;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON registry_comparison EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON registry_difference EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE (last_at, times) ON registry_sending TO patency_worker;
GRANT SELECT, INSERT ON registry_comparison, registry_difference TO patency_worker;
GRANT SELECT ON registry_sending, registry_comparison, registry_difference TO desk_registry, desk_governance;

-- Which trusts there are, for whoever asks for the list and for no trust: nothing else is read in that transaction.
CREATE POLICY worker_lists ON trust FOR SELECT TO patency_worker
    USING (current_user = 'patency_worker' AND current_setting('patency.trust', true) = '*');
