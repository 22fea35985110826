-- One login role per process, each with the least it needs. Their password is set by `deploy.migrate`, not here.

DO $$
DECLARE
    process text;
    desks CONSTANT text[] := ARRAY['desk_referral', 'desk_mdt_review', 'desk_governance', 'desk_consent',
        'desk_procedure', 'desk_registry', 'desk_follow_up'];
    tenants CONSTANT text[] := desks || ARRAY['desk_front_door', 'patency_worker'];
    meeting_patients CONSTANT text[] := ARRAY['desk_front_door', 'desk_referral', 'desk_mdt_review', 'desk_consent',
        'desk_procedure', 'desk_follow_up'];
BEGIN
    FOREACH process IN ARRAY tenants || ARRAY['patency_relay'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = process) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', process);  -- NOSUPERUSER, NOBYPASSRLS, ... are the default
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), process);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', process);
    END LOOP;

    FOREACH process IN ARRAY tenants LOOP
        EXECUTE format('GRANT SELECT ON trust, staff, governance_recipient, authorisation, device, study, leaflet,'
            ' pathway_clock, entry, may_enter, idempotency, task, timer, notice, outbox TO %I', process);
        EXECUTE format('GRANT SELECT (id, trust, opened_at, version, status, step, sides, urgency, presentation_at,'
            ' next_due_at, closed_at, origin, told) ON pathway TO %I', process);
        EXECUTE format('GRANT INSERT ON audit TO %I', process);
        EXECUTE format('GRANT INSERT, UPDATE ON outbox TO %I', process);
    END LOOP;

    FOREACH process IN ARRAY desks || ARRAY['patency_worker'] LOOP
        EXECUTE format('GRANT INSERT ON entry, idempotency TO %I', process);
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON task, timer, notice TO %I', process);
        EXECUTE format('GRANT UPDATE (version, status, step, next_due_at, closed_at, told) ON pathway TO %I', process);
    END LOOP;

    FOREACH process IN ARRAY meeting_patients LOOP
        EXECUTE format('GRANT SELECT ON patient TO %I', process);
        EXECUTE format('GRANT SELECT (patient_id) ON pathway TO %I', process);
    END LOOP;
END
$$;

GRANT INSERT ON patient, pathway, pathway_clock TO desk_referral;
GRANT UPDATE (date_of_birth, sex, number_status) ON patient TO desk_referral;

-- The front door moves training clocks; it enters nothing.
GRANT INSERT ON pathway_clock TO desk_front_door;
GRANT UPDATE (ahead) ON pathway_clock TO desk_front_door;
GRANT UPDATE (told) ON pathway TO desk_front_door;  -- it has to lock the pathway's row

-- The relay serves all trusts, and sees ids, versions and due dates only.
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO patency_relay;
GRANT SELECT (id, trust, version, closed_at, origin, next_due_at) ON pathway TO patency_relay;
-- By name and not by membership: whoever created a role may be a member of it, and the tables' owner did.
CREATE POLICY relay_sees_all ON outbox TO patency_relay USING (current_user = 'patency_relay')
    WITH CHECK (current_user = 'patency_relay');
CREATE POLICY relay_sees_all ON pathway FOR SELECT TO patency_relay USING (current_user = 'patency_relay');
