-- For alerts: how many open tasks of each kind are past their deadline, and by how long the oldest is, on the clock of
-- its pathway. Counts alone; without `patency.trust` nothing, as for all of operations' functions.
CREATE FUNCTION traces.overdue() RETURNS TABLE (kind text, tasks bigint, oldest interval)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT task.kind, count(*), max(now() + coalesce(ahead, '0') - due_at)
    FROM task LEFT JOIN pathway_clock USING (pathway_id)
    WHERE state = 'open' AND due_at < now() + coalesce(ahead, '0')
    GROUP BY task.kind
$$;
REVOKE EXECUTE ON FUNCTION traces.overdue FROM PUBLIC;
GRANT EXECUTE ON FUNCTION traces.overdue TO desk_operations;

-- Which trusts there are: the figures are read for one after the other.
CREATE POLICY operations_lists ON trust FOR SELECT TO desk_operations USING (current_user = 'desk_operations');
