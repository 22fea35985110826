-- What the registers say now, with suspensions and recalled lots in it.

CREATE INDEX entry_adverse_event ON entry (trust, at) WHERE kind = 'adverse_event';

DROP FUNCTION facts(uuid, date, date, text[], text[]);

-- `events_since`: adverse events in which a device of `udis` may have had a part are counted from here (R-AE-6).
CREATE FUNCTION facts(pathway uuid, on_day date, today date, persons text[], udis text[], events_since timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'staff', (SELECT coalesce(jsonb_object_agg(person, roles), '{}') FROM (
            SELECT person, jsonb_agg(DISTINCT role) AS roles FROM staff
            WHERE person = ANY (persons) AND from_on <= today AND (until_on IS NULL OR today < until_on)
            GROUP BY person) AS named),
        'governance_recipients', (SELECT coalesce(jsonb_agg(DISTINCT role), '[]') FROM governance_recipient),
        'ack_required', coalesce((SELECT ack_required FROM trust), false),
        'authorisation', (SELECT jsonb_build_object(
                'status', CASE WHEN status = 'active'
                    AND EXISTS (SELECT FROM suspension WHERE scope = 'procedure' AND lifted_at IS NULL)
                    THEN 'suspended' ELSE status END,
                'review_by', review_by,
                'device_models', (SELECT coalesce(jsonb_agg(model), '[]') FROM unnest(device_models) AS model
                    WHERE model NOT IN (SELECT subject FROM suspension WHERE scope = 'device' AND lifted_at IS NULL)),
                'operators', (SELECT coalesce(jsonb_agg(operator), '[]') FROM unnest(operators) AS operator
                    WHERE operator NOT IN (SELECT subject FROM suspension
                        WHERE scope = 'operator' AND lifted_at IS NULL)))
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

GRANT EXECUTE ON FUNCTION facts TO desk_front_door, desk_referral, desk_mdt_review, desk_governance, desk_consent,
    desk_procedure, desk_registry, desk_follow_up, patency_worker;
