-- The operations desk receives people in a browser like every desk: it sees the one session whose id it was shown, and
-- writes down who looked up which pathway's traces.

GRANT SELECT (id_hash, person, label, posts, chosen_trust, chosen_role, csrf, signed_in_at, last_seen_at,
    authenticated_at, sid, ended_at), UPDATE (last_seen_at, ended_at) ON session TO desk_operations;
GRANT EXECUTE ON FUNCTION find_session, touch_session, end_session TO desk_operations;
GRANT SELECT ON trust TO desk_operations;
GRANT INSERT ON audit TO desk_operations;
