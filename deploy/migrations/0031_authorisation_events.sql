-- The authorisation register's history (IPG651 YR3): who approved the procedure, a device model or an operator, until
-- when, and who ended it. What counts at a start stays in `authorisation`; the newest event of a subject says how long.

CREATE TABLE authorisation_event (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    trust text NOT NULL REFERENCES trust,
    scope text NOT NULL CHECK (scope IN ('procedure', 'device', 'operator')),
    subject text,
    action text NOT NULL CHECK (action IN ('approved', 'ended')),
    review_by date,
    approving_body text,
    reference text NOT NULL,
    evidence text,
    by_person text NOT NULL,
    by_role text NOT NULL,
    at timestamptz NOT NULL,
    key text NOT NULL,
    CHECK ((scope = 'procedure') = (subject IS NULL)),
    CHECK (action = 'ended' OR (review_by IS NOT NULL AND approving_body IS NOT NULL)),
    CONSTRAINT authorisation_event_once UNIQUE (trust, by_person, key)
);
CREATE INDEX authorisation_event_newest ON authorisation_event (trust, scope, subject, at DESC);

ALTER TABLE authorisation_event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON authorisation_event USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));

GRANT INSERT ON authorisation_event TO desk_governance;
GRANT INSERT, UPDATE ON authorisation TO desk_governance;

-- Subjects of a scope whose review date lies before a day: they count no more from that day on.
CREATE FUNCTION lapsed(of_scope text, on_day date) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT subject FROM (
        SELECT DISTINCT ON (subject) subject, action, review_by FROM authorisation_event
        WHERE scope = of_scope ORDER BY subject, at DESC, id) AS newest
    WHERE action = 'approved' AND review_by < on_day
$$;

DO $$
DECLARE
    process text;
BEGIN
    FOREACH process IN ARRAY ARRAY['desk_front_door', 'desk_referral', 'desk_mdt_review', 'desk_governance',
        'desk_consent', 'desk_procedure', 'desk_registry', 'desk_follow_up', 'patency_worker'] LOOP
        EXECUTE format('GRANT SELECT ON authorisation_event TO %I', process);
        EXECUTE format('GRANT EXECUTE ON FUNCTION lapsed TO %I', process);
    END LOOP;
END
$$;

-- `facts` as 0020 has it, with review dates of devices and operators in it.
CREATE OR REPLACE FUNCTION facts(pathway uuid, on_day date, today date, persons text[], udis text[],
    events_since timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'staff', (SELECT coalesce(jsonb_object_agg(person, roles), '{}') FROM (
            SELECT person, jsonb_agg(DISTINCT role) AS roles FROM staff
            WHERE person = ANY (persons) AND from_on <= today AND (until_on IS NULL OR today < until_on)
            GROUP BY person) AS named),
        'governance_recipients', (SELECT coalesce(jsonb_agg(DISTINCT role), '[]') FROM governance_recipient),
        'ack_required', coalesce((SELECT ack_required FROM trust
            WHERE trust.trust = current_setting('patency.trust', true)), false),
        'authorisation', (SELECT jsonb_build_object(
                'status', CASE WHEN status = 'active'
                    AND EXISTS (SELECT FROM suspension WHERE scope = 'procedure' AND lifted_at IS NULL)
                    THEN 'suspended' ELSE status END,
                'review_by', review_by,
                'device_models', (SELECT coalesce(jsonb_agg(model), '[]') FROM unnest(device_models) AS model
                    WHERE model NOT IN (SELECT subject FROM suspension WHERE scope = 'device' AND lifted_at IS NULL
                        UNION ALL SELECT lapsed('device', on_day))),
                'operators', (SELECT coalesce(jsonb_agg(operator), '[]') FROM unnest(operators) AS operator
                    WHERE operator NOT IN (SELECT subject FROM suspension
                        WHERE scope = 'operator' AND lifted_at IS NULL
                        UNION ALL SELECT lapsed('operator', on_day))))
            FROM authorisation WHERE trust = current_setting('patency.trust', true)),
        'suspensions_lifted', (SELECT coalesce(jsonb_agg(reference), '[]') FROM suspension WHERE lifted_at IS NOT NULL),
        'devices', (SELECT coalesce(jsonb_object_agg(udi_di, to_jsonb(device) - 'trust' || jsonb_build_object(
                'recalled_lots', (SELECT coalesce(jsonb_agg(lot), '[]') FROM recalled_lot
                    WHERE recalled_lot.udi_di = device.udi_di))), '{}')
            FROM device WHERE udi_di = ANY (udis)),
        'studies', (SELECT coalesce(jsonb_object_agg(study_id, to_jsonb(study) - 'trust'), '{}') FROM study),
        'device_events', (SELECT coalesce(jsonb_object_agg(concat_ws('/', model, category), many), '{}') FROM (
            SELECT device.model, said.record ->> 'category' AS category, count(*) AS many
            FROM entry AS said JOIN device ON device.udi_di = said.record -> 'device' ->> 'udi_di'
            WHERE cardinality(udis) > 0 AND device.model IN (SELECT model FROM device WHERE udi_di = ANY (udis))
                AND said.kind = 'adverse_event' AND said.at >= events_since
                AND said.record -> 'contributions' ->> 'device' <> 'no'
            GROUP BY 1, 2) AS counted),
        'leaflets', (SELECT coalesce(jsonb_object_agg(document_id, version), '{}') FROM leaflet)
    ) || coalesce((SELECT to_jsonb(about) FROM patient_facts(pathway, on_day) AS about), '{}')
$$;
