-- Records opened by break-glass access: by somebody with no duty on the pathway, with a reason, for a few hours, and
-- reviewed afterwards. Nobody changes a grant; every grant has its review from its first moment.

CREATE TABLE access_grant (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    trust text NOT NULL,
    pathway_id uuid NOT NULL,
    person text NOT NULL,
    role text NOT NULL,
    reason text NOT NULL,
    words text NOT NULL,
    granted_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL CHECK (until_at > granted_at),
    UNIQUE (id, trust),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);
CREATE INDEX access_grant_of_person ON access_grant (pathway_id, person, until_at);

CREATE TABLE access_review (
    grant_id uuid PRIMARY KEY,
    trust text NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    opened_at timestamptz NOT NULL,
    finding text CHECK (finding IN ('justified', 'not_justified')),
    words text,
    closed_by text,
    closed_at timestamptz,
    FOREIGN KEY (grant_id, trust) REFERENCES access_grant (id, trust),
    CHECK ((state = 'closed') = (finding IS NOT NULL AND closed_by IS NOT NULL AND closed_at IS NOT NULL))
);
CREATE INDEX access_review_open ON access_review (trust, opened_at, grant_id) WHERE state = 'open';

ALTER TABLE access_grant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE access_review ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON access_grant USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));
CREATE POLICY own_trust ON access_review USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON access_grant EXECUTE FUNCTION refuse_change();

-- Every desk asks whether a record may be opened; the front door alone grants and reviews.
GRANT SELECT ON access_grant TO desk_front_door, desk_referral, desk_mdt_review, desk_governance, desk_consent,
    desk_procedure, desk_registry, desk_follow_up;
GRANT INSERT ON access_grant TO desk_front_door;
GRANT SELECT, INSERT, UPDATE (state, finding, words, closed_by, closed_at) ON access_review TO desk_front_door;
