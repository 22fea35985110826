-- Patients, their pathways, and the entries that are the pathways. Identity stands in `patient` and nowhere else.

CREATE TABLE patient (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    trust text NOT NULL,
    training boolean NOT NULL,
    number_kind text NOT NULL CHECK (number_kind IN ('nhs_number', 'chi', 'hc_number', 'temporary')),
    number text NOT NULL,
    name text NOT NULL,
    date_of_birth date,
    sex text NOT NULL,
    number_status text NOT NULL,
    UNIQUE (trust, number_kind, number),
    UNIQUE (id, trust),
    FOREIGN KEY (trust, training) REFERENCES trust (trust, training),
    -- Hazard H-24: synthetic numbers begin with 999, which is issued to nobody; real and made-up patients never mix.
    CONSTRAINT patient_number_of_its_world
        CHECK (number_kind = 'temporary' OR training = (number LIKE '999%'))
);

CREATE TABLE pathway (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    trust text NOT NULL REFERENCES trust,
    patient_id uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    version int NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT 'referred',
    step text NOT NULL DEFAULT 'referral',
    sides text[] NOT NULL,
    urgency text NOT NULL,
    presentation_at timestamptz NOT NULL,
    next_due_at timestamptz,
    closed_at timestamptz,
    origin text,  -- traceparent of the click that opened it, for span links
    told text NOT NULL DEFAULT '',  -- digest of what the engine has to know; another digest means: tell it
    UNIQUE (id, trust),
    FOREIGN KEY (patient_id, trust) REFERENCES patient (id, trust)
);
CREATE INDEX pathway_of_patient ON pathway (patient_id) WHERE closed_at IS NULL;
CREATE INDEX pathway_open ON pathway (id) WHERE closed_at IS NULL;

-- How far a training pathway's clock is ahead of (or behind) the server's. The foreign key makes an offset on a
-- real trust impossible.
CREATE TABLE pathway_clock (
    pathway_id uuid PRIMARY KEY,
    trust text NOT NULL,
    training boolean NOT NULL DEFAULT true CHECK (training),
    ahead interval NOT NULL,
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust),
    CONSTRAINT pathway_clock_only_in_training FOREIGN KEY (trust, training) REFERENCES trust (trust, training)
);

-- `record` and `facts` are type json, not jsonb: kept to the letter as they were written.
CREATE TABLE entry (
    pathway_id uuid NOT NULL,
    seq int NOT NULL CHECK (seq > 0),
    trust text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_person text NOT NULL,
    by_role text NOT NULL,
    record json NOT NULL,
    facts json NOT NULL,
    PRIMARY KEY (pathway_id, seq),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);
