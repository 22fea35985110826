-- The governance inbox is left open like My work: a word on the channel `work` when a notice was sent, arrived or returned.

CREATE TRIGGER tells_work AFTER INSERT OR UPDATE OR DELETE ON notice FOR EACH ROW EXECUTE FUNCTION tell_work();
