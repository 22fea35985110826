"""Names that processes agree on: workflow ids, task queues, search attributes. Opaque: nothing here names a patient."""

from dataclasses import dataclass

PATHWAY_QUEUE = "pathway"
OUTSIDE_QUEUE = "outside-world"
NAMESPACE = "default"
DEPLOYMENT = "patency"
"""The worker deployment whose versions are the builds of this product."""


@dataclass(frozen=True, slots=True)
class PathwayRef:
    """All that Temporal ever holds of a patient's pathway: an opaque id, the trust's code, the first trace."""

    pathway_id: str
    trust: str
    origin: str | None = None  # traceparent of the click that opened the pathway, for span links


@dataclass(frozen=True, slots=True)
class FilterRef:
    """One filter of a pathway, by its number within it: the device's own number stays in PostgreSQL."""

    pathway: PathwayRef
    number: int


def workflow_id(pathway_id: str) -> str:
    return f"pathway-{pathway_id}"


def filter_workflow_id(pathway_id: str, number: int) -> str:
    return f"filter-{pathway_id}-{number}"
