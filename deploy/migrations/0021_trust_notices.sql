-- What governance was told about the trust itself: its authorisation ends (T-AUTH; IPG651 YR3). Once for each rung.

CREATE TABLE trust_notice (
    trust text NOT NULL REFERENCES trust,
    key text NOT NULL,
    due_at timestamptz NOT NULL,
    sent_at timestamptz NOT NULL,
    recipients int NOT NULL,
    PRIMARY KEY (trust, key)
);
ALTER TABLE trust_notice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON trust_notice USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));
GRANT SELECT, INSERT ON trust_notice TO patency_worker;
GRANT SELECT ON trust_notice TO desk_governance, desk_front_door;

-- The worker looks after the authorisations of all trusts; who asks for one trust's names it (facts does).
CREATE POLICY worker_sees_all ON authorisation FOR SELECT TO patency_worker USING (current_user = 'patency_worker');
