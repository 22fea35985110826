-- A corrected identity keeps the one before it; a merged patient points to the one that stays (hazards H-06, H-12).

ALTER TABLE patient ADD COLUMN merged_into uuid;
ALTER TABLE patient ADD FOREIGN KEY (merged_into, trust) REFERENCES patient (id, trust);
CREATE INDEX patient_named ON patient (trust, date_of_birth, lower(name));

CREATE TABLE patient_history (
    patient_id uuid NOT NULL,
    trust text NOT NULL,
    replaced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_person text NOT NULL,
    number_kind text NOT NULL,
    number text NOT NULL,
    name text NOT NULL,
    date_of_birth date,
    sex text NOT NULL,
    number_status text NOT NULL,
    merged_into uuid,
    PRIMARY KEY (patient_id, replaced_at),
    FOREIGN KEY (patient_id, trust) REFERENCES patient (id, trust)
);
ALTER TABLE patient_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_trust ON patient_history USING (trust = current_setting('patency.trust', true))
    WITH CHECK (trust = current_setting('patency.trust', true));
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON patient_history EXECUTE FUNCTION refuse_change();

GRANT INSERT ON patient_history TO desk_referral;
GRANT UPDATE (number_kind, number, name, merged_into) ON patient TO desk_referral;
GRANT UPDATE (patient_id) ON pathway TO desk_referral;
