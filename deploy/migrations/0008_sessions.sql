-- Who is signed in at a browser. A session belongs to a person, not to a trust: one person may hold posts at several.
-- A desk sees the one session whose id it was shown; only the front door, which signs people in, sees them all.

CREATE TABLE session (
    id_hash bytea PRIMARY KEY CHECK (octet_length(id_hash) = 32),  -- SHA-256 of the id, which only the browser has
    person text NOT NULL,
    label text NOT NULL,
    posts jsonb NOT NULL,
    chosen_trust text,
    chosen_role text,
    csrf text NOT NULL,
    signed_in_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL,
    sid text,  -- what the issuer calls this session, for its word that it is over
    id_token text,  -- shown to the issuer once, at sign-out
    ended_at timestamptz,
    CHECK ((chosen_trust IS NULL) = (chosen_role IS NULL))
);
CREATE INDEX session_of_person ON session (person) WHERE ended_at IS NULL;
CREATE INDEX session_of_sid ON session (sid) WHERE ended_at IS NULL AND sid IS NOT NULL;
CREATE INDEX session_by_age ON session (signed_in_at);

-- One way to the issuer and back, taken once.
CREATE TABLE sign_in (
    state_hash bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
    browser_hash bytea NOT NULL CHECK (octet_length(browser_hash) = 32),
    nonce text NOT NULL,
    code_verifier text NOT NULL,
    return_to text NOT NULL,
    again boolean NOT NULL,
    begun_at timestamptz NOT NULL
);
CREATE INDEX sign_in_by_age ON sign_in (begun_at);

ALTER TABLE session ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE sign_in ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_session ON session
    USING (id_hash = decode(nullif(current_setting('patency.session', true), ''), 'hex'));
CREATE POLICY front_door_signs_in ON session TO desk_front_door USING (current_user = 'desk_front_door')
    WITH CHECK (current_user = 'desk_front_door');
CREATE POLICY front_door_signs_in ON sign_in TO desk_front_door USING (current_user = 'desk_front_door')
    WITH CHECK (current_user = 'desk_front_door');

-- The session of this id, with the name of the trust it acts for.
CREATE FUNCTION find_session(of_hash bytea)
RETURNS TABLE (id_hash bytea, person text, label text, posts jsonb, chosen_trust text, chosen_role text, csrf text,
    signed_in_at timestamptz, last_seen_at timestamptz, authenticated_at timestamptz, sid text, ended_at timestamptz,
    trust_name text)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('patency.session', encode(of_hash, 'hex'), true);
    PERFORM set_config('patency.trust',
        coalesce((SELECT known.chosen_trust FROM session AS known WHERE known.id_hash = of_hash), ''), true);
    RETURN QUERY
        SELECT found.id_hash, found.person, found.label, found.posts, found.chosen_trust, found.chosen_role, found.csrf,
            found.signed_in_at, found.last_seen_at, found.authenticated_at, found.sid, found.ended_at, trust.name
        FROM session AS found LEFT JOIN trust ON trust.trust = found.chosen_trust
        WHERE found.id_hash = of_hash;
END
$$;

CREATE FUNCTION touch_session(of_hash bytea, seen_at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('patency.session', encode(of_hash, 'hex'), true);
    UPDATE session SET last_seen_at = seen_at WHERE id_hash = of_hash AND ended_at IS NULL AND last_seen_at < seen_at;
END
$$;

-- Ends it and says whether it was open until now.
CREATE FUNCTION end_session(of_hash bytea, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('patency.session', encode(of_hash, 'hex'), true);
    UPDATE session SET ended_at = at WHERE id_hash = of_hash AND ended_at IS NULL;
    RETURN FOUND;
END
$$;

DO $$
DECLARE
    desk text;
BEGIN
    FOREACH desk IN ARRAY ARRAY['desk_front_door', 'desk_referral', 'desk_mdt_review', 'desk_governance',
        'desk_consent', 'desk_procedure', 'desk_registry', 'desk_follow_up'] LOOP
        EXECUTE format('GRANT SELECT (id_hash, person, label, posts, chosen_trust, chosen_role, csrf, signed_in_at,'
            ' last_seen_at, authenticated_at, sid, ended_at), UPDATE (last_seen_at, ended_at) ON session TO %I', desk);
        EXECUTE format('GRANT EXECUTE ON FUNCTION find_session, touch_session, end_session TO %I', desk);
    END LOOP;
END
$$;
GRANT SELECT, INSERT, DELETE, UPDATE (id_token) ON session TO desk_front_door;
GRANT SELECT, INSERT, DELETE ON sign_in TO desk_front_door;

-- What sessions, claims and grants add to what is audited.
ALTER TABLE audit DROP CONSTRAINT audit_action_check;
ALTER TABLE audit ADD CONSTRAINT audit_action_check CHECK (action IN ('opened', 'entered', 'refused', 'denied', 'read',
    'searched', 'clock_moved', 'signed_in', 'signed_out', 'access_granted', 'access_reviewed', 'assigned', 'released',
    'delegated'));
