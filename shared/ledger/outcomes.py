"""What the ledger's door hands on: how an act went, the same answer once more, and what stands against a clock."""

import json
from dataclasses import dataclass
from datetime import datetime

from shared.ledger.acts import Answer, Kept, KeyReused
from shared.ledger.keeping import Form, Receipt
from shared.ledger.visit import Answered, Visit
from shared.pathway.pathway import Pathway
from shared.pathway.people import Signature
from shared.pathway.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, and the pathway as it is when the transaction that gave it has committed (None: unchanged)."""

    answer: Answer
    pathway: Pathway | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """What goes with what is written: who, the answer to the key, the trace.

    `looked_after`: the engine looks by itself; `at_leisure`: it is told when nobody else's news waits; `form`: whose
    draft goes.
    """

    by: Signature
    receipt: Receipt | None
    traceparent: str | None
    looked_after: bool = False
    at_leisure: bool = False
    form: Form | None = None


def again(answered: Answered, pathway_id: str, asked: bytes) -> Kept | KeyReused:
    if answered.pathway_id != pathway_id or answered.body_hash != asked:
        return KeyReused()
    said = json.loads(answered.answer)
    return Kept(pathway_id, said["version"], datetime.fromisoformat(said["at"]), replayed=True)


def clock_refusals(found: Visit, to: datetime) -> list[Refusal]:
    if not found.training:
        return [Refusal("H-24", "to", "Only a training trust has a clock that can be moved", "D")]
    if to < found.moment.now:
        return [Refusal("H-24", "to", "This pathway's clock is already past that: it only moves forward", "D")]
    return []
