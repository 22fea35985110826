-- What people are called on pages. Apart from `staff`, so that rules, which know people by their id alone, never read
-- it, and so that somebody who has left keeps the name under which they signed. Worker and relay cannot see it.

CREATE TABLE staff_name (
    trust text NOT NULL REFERENCES trust,
    person text NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    PRIMARY KEY (trust, person)
);

ALTER TABLE staff_name ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON staff_name USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));

GRANT SELECT ON staff_name TO desk_front_door, desk_referral, desk_mdt_review, desk_governance, desk_consent,
    desk_procedure, desk_registry, desk_follow_up;
