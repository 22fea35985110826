-- Copies of the anchors: signed statements of how far each trust's chain had come, and where. What counts is the file
-- outside the database that the worker appends them to; the copies are for showing, for the digest and for case files,
-- and the verifier believes only what the signature on them proves.

CREATE TABLE anchor (
    trust text NOT NULL,
    sha256 text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('anchor', 'restored')),
    count bigint NOT NULL,
    at timestamptz NOT NULL,
    statement text NOT NULL,
    PRIMARY KEY (trust, sha256),
    CONSTRAINT anchor_is_its_hash CHECK (sha256 = encode(sha256(convert_to(statement, 'UTF8')), 'hex'))
);
CREATE INDEX anchor_newest ON anchor (trust, at, count);
CREATE INDEX anchor_at_count ON anchor (trust, count, at);
CREATE INDEX anchor_of_restore ON anchor (trust, at) WHERE kind = 'restored';
ALTER TABLE anchor ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON anchor USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON anchor EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON anchor TO patency_worker;
GRANT SELECT ON anchor, seal TO desk_front_door;
GRANT SELECT ON anchor TO desk_governance;
GRANT SELECT (detail) ON audit TO desk_front_door;
GRANT EXECUTE ON FUNCTION sealed_text, sealed_instant, sealed_audit, sealed_entry TO desk_front_door;
