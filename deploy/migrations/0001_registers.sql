-- What a trust keeps about itself: who works there, what it has authorised, which devices, studies and leaflets it knows.
-- Every table of a trust carries `trust`; 0005 puts the row-level policies on all of them.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE TABLE trust (
    trust text PRIMARY KEY CHECK (trust ~ '^[A-Z][A-Z0-9]{2,5}$'),
    name text NOT NULL,
    nation text NOT NULL CHECK (nation IN ('england', 'scotland', 'wales', 'northern_ireland')),
    training boolean NOT NULL,
    ack_required boolean NOT NULL DEFAULT false,
    UNIQUE (trust, training)  -- what a training clock and a patient's number refer to
);

-- One row for each role somebody holds; `until_on` is the first day without it.
CREATE TABLE staff (
    trust text NOT NULL REFERENCES trust,
    person text NOT NULL,
    role text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    PRIMARY KEY (trust, person, role, from_on),
    CHECK (until_on > from_on)
);

CREATE TABLE governance_recipient (
    trust text NOT NULL REFERENCES trust,
    role text NOT NULL CHECK (role IN ('governance_lead', 'deputy_governance_lead', 'medical_director')),
    person text NOT NULL,
    address text NOT NULL,
    PRIMARY KEY (trust, role, person)
);

CREATE TABLE authorisation (
    trust text PRIMARY KEY REFERENCES trust,
    status text NOT NULL CHECK (status IN ('active', 'suspended', 'expired')),
    review_by date NOT NULL,
    device_models text[] NOT NULL,
    operators text[] NOT NULL
);

CREATE TABLE device (
    trust text NOT NULL REFERENCES trust,
    udi_di text NOT NULL,
    model text NOT NULL,
    mechanism text NOT NULL,
    recalled boolean NOT NULL DEFAULT false,
    PRIMARY KEY (trust, udi_di)
);

CREATE TABLE study (
    trust text NOT NULL REFERENCES trust,
    study_id text NOT NULL,
    ethics_reference text NOT NULL,
    open_on_site boolean NOT NULL,
    PRIMARY KEY (trust, study_id)
);

-- The version of each leaflet in use; an older one does not count as written information (R-CON-1).
CREATE TABLE leaflet (
    trust text NOT NULL REFERENCES trust,
    document_id text NOT NULL,
    version text NOT NULL,
    PRIMARY KEY (trust, document_id)
);
