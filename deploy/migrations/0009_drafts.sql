-- What somebody has typed and not yet sent. It is theirs alone: no colleague and no other trust sees a row of it.

CREATE TABLE draft (
    trust text NOT NULL REFERENCES trust,
    person text NOT NULL,
    pathway_id uuid,  -- null: for a pathway that is not opened yet
    kind text NOT NULL,
    page text NOT NULL,
    raw json NOT NULL,
    version int NOT NULL,  -- of the pathway, when the form was drawn
    updated_at timestamptz NOT NULL,
    CONSTRAINT draft_once UNIQUE NULLS NOT DISTINCT (trust, person, pathway_id, kind),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);
CREATE INDEX draft_of_pathway ON draft (pathway_id);

ALTER TABLE draft ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_drafts ON draft
    USING (trust = current_setting('patency.trust', true) AND person = current_setting('patency.person', true))
    WITH CHECK (trust = current_setting('patency.trust', true) AND person = current_setting('patency.person', true));

GRANT SELECT, INSERT, UPDATE, DELETE ON draft TO desk_front_door, desk_referral, desk_mdt_review, desk_governance,
    desk_consent, desk_procedure, desk_registry, desk_follow_up;
