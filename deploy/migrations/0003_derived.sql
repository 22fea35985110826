-- What follows from the entries, kept beside them so that worklists and the engine need not fold every pathway.
-- Nothing here is evidence: all of it can be deleted and derived again.

CREATE TABLE task (
    pathway_id uuid NOT NULL,
    trust text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    role text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'done')),
    opened_at timestamptz NOT NULL,
    due_at timestamptz,
    escalated_to text[] NOT NULL,
    why text NOT NULL,
    due_rank timestamptz GENERATED ALWAYS AS (coalesce(due_at, 'infinity')) STORED,  -- tasks without deadline come last
    PRIMARY KEY (pathway_id, kind, key, role),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);
CREATE INDEX task_worklist ON task (trust, role, due_rank, pathway_id, kind, key) WHERE state = 'open';
CREATE INDEX task_escalated ON task (trust, due_rank) WHERE state = 'open' AND escalated_to <> '{}';

CREATE TABLE timer (
    pathway_id uuid NOT NULL,
    trust text NOT NULL,
    id text NOT NULL,
    rung text NOT NULL,
    anchor_field text NOT NULL,
    anchor_value text NOT NULL,
    due_at timestamptz NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'fired', 'met')),
    fired_at timestamptz,
    PRIMARY KEY (pathway_id, id, rung, anchor_value),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);

-- One row for each sending of a governance notice (IPG651 1.2).
CREATE TABLE notice (
    pathway_id uuid NOT NULL,
    trust text NOT NULL,
    dispatch text NOT NULL,
    number int NOT NULL,
    about text NOT NULL,
    role text NOT NULL,
    reason text NOT NULL,
    owed_at timestamptz NOT NULL,
    sent_at timestamptz,
    delivered_at timestamptz,
    failed_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    PRIMARY KEY (pathway_id, dispatch),
    FOREIGN KEY (pathway_id, trust) REFERENCES pathway (id, trust)
);
