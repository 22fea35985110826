-- What was printed and given away, kept to the byte under its own SHA-256: what somebody was given can be had back.
-- The entry `document_issued` says who gave it to whom; rows here are only added, and name their own content.

CREATE TABLE document (
    trust text NOT NULL,
    pathway_id uuid NOT NULL,
    sha256 text NOT NULL,
    kind text NOT NULL,
    content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 4000000),
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (pathway_id, sha256),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust),
    CONSTRAINT document_is_its_hash CHECK (sha256 = encode(sha256(content), 'hex'))
);

ALTER TABLE document ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON document USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON document EXECUTE FUNCTION refuse_change();

-- The front door shows them to clinicians; the follow-up desk gives them.
GRANT SELECT ON document TO desk_front_door, desk_follow_up;
GRANT INSERT ON document TO desk_follow_up;
