-- Who has looked at a record is shown on the case page, to whoever may open it. Row-level security keeps trusts apart.

GRANT SELECT (id, at, trust, person, role, action, pathway_id, kind) ON audit TO desk_front_door;
