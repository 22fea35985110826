-- A filter inside a patient is an open task to take it out; the relay starts its workflow again when that was lost.
-- The relay sees no more of a task than that.

GRANT SELECT (pathway_id, trust, kind, key, state) ON task TO patency_relay;
CREATE POLICY relay_sees_filters ON task FOR SELECT TO patency_relay
    USING (current_user = 'patency_relay' AND kind = 'filter_retrieval');
CREATE INDEX task_filters ON task (pathway_id) WHERE kind = 'filter_retrieval' AND state = 'open';
