-- Studies as registered by a research lead and approved by somebody else, and every data set that left (IPG651 1.1).
-- `study` stays what gate G3 reads: a study comes into it when it is approved, and counts between its days alone.

CREATE TABLE research_study (
    trust text NOT NULL REFERENCES trust,
    study_id text NOT NULL,
    title text NOT NULL,
    ethics_reference text NOT NULL CHECK (ethics_reference ~ '^[0-9]{2}/[A-Z]{2,4}/[0-9]{4}$'),
    favourable_on date NOT NULL,
    opens_on date NOT NULL,
    closes_on date NOT NULL,
    registered_by text NOT NULL,
    registered_at timestamptz NOT NULL,
    approved_by text,
    approved_at timestamptz,
    PRIMARY KEY (trust, study_id),
    CHECK (favourable_on <= opens_on AND opens_on <= closes_on),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT research_study_two_people CHECK (approved_by <> registered_by)
);

-- What left: how much of it, the hash of its bytes, and which key its pseudonyms came from (never the key).
CREATE TABLE research_export (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    trust text NOT NULL,
    study_id text NOT NULL,
    at timestamptz NOT NULL,
    by_person text NOT NULL,
    edition text NOT NULL,
    patients int NOT NULL CHECK (patients >= 5),
    suppressed int NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    key_mark text NOT NULL,
    FOREIGN KEY (trust, study_id) REFERENCES research_study (trust, study_id)
);
CREATE INDEX research_export_newest ON research_export (trust, at DESC);

DO $$
DECLARE
    tenant text;
BEGIN
    FOREACH tenant IN ARRAY ARRAY['research_study', 'research_export'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tenant);
        EXECUTE format(
            'CREATE POLICY own_trust ON %I USING (trust = current_setting(''patency.trust'', true))'
            ' WITH CHECK (trust = current_setting(''patency.trust'', true))', tenant);
    END LOOP;
    FOREACH tenant IN ARRAY ARRAY['desk_front_door', 'desk_referral', 'desk_mdt_review', 'desk_governance',
        'desk_consent', 'desk_procedure', 'desk_registry', 'desk_follow_up', 'patency_worker'] LOOP
        EXECUTE format('GRANT SELECT (trust, study_id, opens_on, closes_on) ON research_study TO %I', tenant);
    END LOOP;
END
$$;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON research_export EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE (approved_by, approved_at) ON research_study TO desk_registry;
GRANT SELECT, INSERT ON research_export TO desk_registry;
GRANT INSERT, UPDATE (ethics_reference, open_on_site) ON study TO desk_registry;

-- The newest `facts`, whichever migration wrote it, with the days of approved studies in it: this one line, no other.
DO $$
DECLARE
    said text := pg_get_functiondef((SELECT oid FROM pg_proc
        WHERE proname = 'facts' AND pronamespace = 'public'::regnamespace));
    before CONSTANT text := 'to_jsonb(study) - ''trust''';
    after CONSTANT text := 'to_jsonb(study) - ''trust'' || jsonb_build_object(''open_on_site'', study.open_on_site'
        ' AND NOT EXISTS (SELECT FROM research_study WHERE research_study.study_id = study.study_id'
        ' AND on_day NOT BETWEEN research_study.opens_on AND research_study.closes_on))';
BEGIN
    IF strpos(said, before) = 0 THEN
        RAISE EXCEPTION 'facts says nothing of studies';
    END IF;
    EXECUTE replace(said, before, after);
END
$$;
