-- Who of a role does a task, and who stands in while somebody is away. A task that no longer follows from the entries
-- takes its assignment with it.

CREATE TABLE assignment (
    pathway_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    role text NOT NULL,
    trust text NOT NULL REFERENCES trust,
    person text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (pathway_id, kind, key, role),
    FOREIGN KEY (pathway_id, kind, key, role) REFERENCES task (pathway_id, kind, key, role) ON DELETE CASCADE
);
CREATE INDEX assignment_of_person ON assignment (trust, person);

-- `until_on` is the first day on which it no longer counts, as in the staff directory.
CREATE TABLE delegation (
    trust text NOT NULL REFERENCES trust,
    person text NOT NULL,
    to_person text NOT NULL,
    role text NOT NULL,
    from_on date NOT NULL,
    until_on date NOT NULL,
    PRIMARY KEY (trust, person, role, from_on),
    CHECK (until_on > from_on),
    CHECK (person <> to_person)
);
CREATE INDEX delegation_to ON delegation (trust, to_person);

ALTER TABLE assignment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE delegation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON assignment USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));
CREATE POLICY own_trust ON delegation USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));

GRANT SELECT, INSERT, DELETE, UPDATE (person, by, at) ON assignment TO desk_front_door, desk_referral,
    desk_mdt_review, desk_governance, desk_consent, desk_procedure, desk_registry, desk_follow_up;
GRANT SELECT ON delegation TO desk_front_door, desk_referral, desk_mdt_review, desk_governance, desk_consent,
    desk_procedure, desk_registry, desk_follow_up;
GRANT INSERT, DELETE, UPDATE (to_person, until_on) ON delegation TO desk_front_door;
