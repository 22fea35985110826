-- News of a trust's registers: what they say anew, and which pathways have yet to be told. A click changes a register
-- and leaves one announcement; the worker finds the pathways it concerns and writes it into each of them.

ALTER TABLE governance_recipient DROP CONSTRAINT governance_recipient_role_check;
ALTER TABLE governance_recipient ADD CONSTRAINT governance_recipient_role_check
    CHECK (role IN ('governance_lead', 'deputy_governance_lead', 'medical_director', 'research_lead'));

-- Kept for good: `lifted_at` says that it is over (R-GOV-6).
CREATE TABLE suspension (
    trust text NOT NULL REFERENCES trust,
    reference text NOT NULL,
    scope text NOT NULL CHECK (scope IN ('procedure', 'device', 'operator')),
    subject text,
    at timestamptz NOT NULL,
    lifted_at timestamptz,
    PRIMARY KEY (trust, reference),
    CHECK (scope = 'procedure' OR subject IS NOT NULL)
);

CREATE TABLE recalled_lot (
    trust text NOT NULL REFERENCES trust,
    udi_di text NOT NULL,
    lot text NOT NULL,
    reference text NOT NULL,
    PRIMARY KEY (trust, udi_di, lot)
);

-- `pathway_id`: the one pathway it is for; none means whichever it concerns. `spread_at`: when those were found.
CREATE TABLE announcement (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    trust text NOT NULL REFERENCES trust,
    kind text NOT NULL,
    record json NOT NULL,
    needle text,
    pathway_id uuid,
    by_person text NOT NULL,
    by_role text NOT NULL,
    key text NOT NULL,
    asked_for bytea NOT NULL,
    at timestamptz NOT NULL,
    traceparent text,
    spread_at timestamptz,
    UNIQUE (id, trust),
    CONSTRAINT announcement_key_once UNIQUE (trust, by_person, key),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);
CREATE INDEX announcement_waiting ON announcement (at) WHERE spread_at IS NULL;

CREATE TABLE announcement_owed (
    announcement_id uuid NOT NULL,
    pathway_id uuid NOT NULL,
    trust text NOT NULL,
    PRIMARY KEY (announcement_id, pathway_id),
    FOREIGN KEY (announcement_id, trust) REFERENCES announcement (id, trust),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);

DO $$
DECLARE
    tenant text;
BEGIN
    FOREACH tenant IN ARRAY ARRAY['suspension', 'recalled_lot', 'announcement', 'announcement_owed'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tenant);
        EXECUTE format(
            'CREATE POLICY own_trust ON %I USING (trust = current_setting(''patency.trust'', true))'
            ' WITH CHECK (trust = current_setting(''patency.trust'', true))', tenant);
    END LOOP;
    FOREACH tenant IN ARRAY ARRAY['desk_front_door', 'desk_referral', 'desk_mdt_review', 'desk_governance',
        'desk_consent', 'desk_procedure', 'desk_registry', 'desk_follow_up', 'patency_worker'] LOOP
        EXECUTE format('GRANT SELECT ON suspension, recalled_lot TO %I', tenant);
    END LOOP;
END
$$;
-- The worker serves all trusts, and takes the announcements of whichever has some.
CREATE POLICY worker_sees_all ON announcement FOR SELECT TO patency_worker USING (current_user = 'patency_worker');
CREATE POLICY worker_sees_all ON announcement_owed FOR SELECT TO patency_worker USING (current_user = 'patency_worker');

GRANT SELECT, INSERT ON announcement TO desk_governance, desk_referral;
GRANT INSERT ON suspension, recalled_lot TO desk_governance;
GRANT UPDATE (lifted_at) ON suspension TO desk_governance;
GRANT UPDATE (recalled) ON device TO desk_governance;
GRANT UPDATE (open_on_site) ON study TO desk_governance;
GRANT UPDATE (until_on) ON staff TO desk_governance;
GRANT DELETE ON governance_recipient TO desk_governance;
GRANT SELECT, DELETE ON assignment TO desk_governance;
GRANT SELECT, UPDATE (spread_at) ON announcement TO patency_worker;
GRANT SELECT, INSERT, DELETE ON announcement_owed TO patency_worker;

-- The pathways that news concerns: every open one, or those whose records name what it is about. A recalled device may
-- be inside a patient whose pathway is closed. Who attended a meeting or operated is not meant: what they own is.
CREATE FUNCTION concerned(of_kind text, needle text) RETURNS SETOF uuid
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT id FROM pathway
    WHERE (closed_at IS NULL OR of_kind = 'device_recall')
        AND (of_kind IN ('authorisation_suspended', 'guidance_superseded') OR EXISTS (
            SELECT FROM entry WHERE pathway_id = pathway.id
                AND (of_kind <> 'staff_left'
                    OR kind NOT IN ('mdt_review', 'procedure_start', 'consent', 'staff_left', 'news_answered'))
                AND strpos(record::text, to_json(needle)::text) > 0))
$$;
GRANT EXECUTE ON FUNCTION concerned TO patency_worker;

ALTER TABLE audit DROP CONSTRAINT audit_action_check;
ALTER TABLE audit ADD CONSTRAINT audit_action_check CHECK (action IN ('opened', 'entered', 'refused', 'denied', 'read',
    'searched', 'clock_moved', 'signed_in', 'signed_out', 'access_granted', 'access_reviewed', 'assigned', 'released',
    'delegated', 'announced', 'lifted'));
