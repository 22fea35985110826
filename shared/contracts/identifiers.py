"""Names that processes agree on: workflow ids, task queues, search attributes. Opaque: nothing here names a patient."""

from dataclasses import dataclass

PATHWAY_QUEUE = "pathway"
OUTSIDE_QUEUE = "outside-world"
NAMESPACE = "default"


@dataclass(frozen=True, slots=True)
class PathwayRef:
    """All that Temporal ever holds of a patient's pathway: an opaque id, the trust's code, the first trace."""

    pathway_id: str
    trust: str
    origin: str | None = None  # traceparent of the click that opened the pathway, for span links


def workflow_id(pathway_id: str) -> str:
    return f"pathway-{pathway_id}"
