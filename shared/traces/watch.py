"""What the operations desk is given besides sessions: the spans, the pathways' health, and where else to look."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.traces.pathway_health import PathwaysHealth
from shared.traces.store import TraceStore

TRACE_ID_GAP = "{trace_id}"


@dataclass(frozen=True, slots=True)
class Watch:
    """`trace_key` returns what senders of spans must show; "" refuses them all.

    `temporal_ui` is the address of Temporal's own pages; `trace_ui` that of a trace in another viewer, with
    {trace_id} in it. Both may be "": then no link is drawn.
    """

    traces: TraceStore
    health: PathwaysHealth
    trace_key: Callable[[], str]
    temporal_ui: str = ""
    trace_ui: str = ""

    def workflow_address(self, workflow_id: str, namespace: str) -> str:
        """Where Temporal shows this workflow; "" when nobody said where its pages are."""
        return f"{self.temporal_ui}/namespaces/{namespace}/workflows/{workflow_id}" if self.temporal_ui else ""

    def elsewhere(self, trace_id: str) -> str:
        """Where another viewer shows this trace; "" without one."""
        return self.trace_ui.replace(TRACE_ID_GAP, trace_id)
