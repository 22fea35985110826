-- How each pathway does against the guidance: one row of facts, kept in the transaction of every entry, so that figures
-- over all pathways need no fold. All of it follows from the entries; `python -m deploy.compliance` makes it anew.

-- Many pathways stand alike: what they have reached and what each measure says of them is written once. Rows that no
-- pathway points at any more do no harm.
CREATE TABLE compliance_standing (
    trust text NOT NULL REFERENCES trust,
    standing bytea NOT NULL,
    reached text[] NOT NULL,
    verdicts text NOT NULL,
    PRIMARY KEY (trust, standing)
);
COMMENT ON COLUMN compliance_standing.verdicts IS 'What each measure says, as JSON: yes, no or open.';

CREATE TABLE compliance (
    pathway_id uuid PRIMARY KEY,
    trust text NOT NULL REFERENCES trust,
    digest bytea NOT NULL,
    standing bytea NOT NULL,
    counted boolean NOT NULL,
    considered_on date NOT NULL,
    sides text[] NOT NULL,
    course text NOT NULL,
    site text NOT NULL,
    severity text NOT NULL,
    age_band text NOT NULL,
    sex text NOT NULL,
    language text NOT NULL,
    device text,
    devices_used integer NOT NULL,
    devices_unused integer NOT NULL,
    contrast_ml double precision NOT NULL,
    nights integer NOT NULL,
    in_person integer NOT NULL,
    remotely integer NOT NULL,
    completed integer NOT NULL,
    serious_on date[] NOT NULL,
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust),
    FOREIGN KEY (trust, standing) REFERENCES compliance_standing
);

-- The facts that all of it was made from. Figures read every row of the table above, and none of these.
CREATE TABLE compliance_facts (
    pathway_id uuid PRIMARY KEY,
    trust text NOT NULL REFERENCES trust,
    facts jsonb NOT NULL,
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);
COMMENT ON COLUMN compliance.counted IS 'False: the pathway was opened in error, and is in no figure.';
COMMENT ON COLUMN compliance.device IS 'The model of the thrombectomy device; null without a procedure.';

-- Lists go through it in this order, page by page.
CREATE INDEX compliance_in_order ON compliance (trust, considered_on, pathway_id);

DO $$
DECLARE
    tenant text;
BEGIN
    FOREACH tenant IN ARRAY ARRAY['compliance', 'compliance_standing', 'compliance_facts'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tenant);
        EXECUTE format(
            'CREATE POLICY own_trust ON %I USING (trust = current_setting(''patency.trust'', true))'
            ' WITH CHECK (trust = current_setting(''patency.trust'', true))', tenant);
    END LOOP;
END
$$;
