"""What is written down: records, and the entries that keep them (architecture: a pathway is its entries, folded)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from shared.pathway.facts import Facts
from shared.pathway.people import Signature


def asked(question: str, *, hint: str = "", **limits: Any) -> Any:
    """A field of a record: the question as a clinician is asked it, and its hint.

    `limits` are pydantic's own (ge, le, min_length, default, ...). Units stand in the question.
    """
    return Field(title=question, description=hint or None, **limits)


class Part(BaseModel):
    """A group of fields inside a record: frozen, exact about types, refusing fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Record(Part):
    """What one clinician wrote down in one act. `kind` is its name in the API and in the ledger."""

    kind: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record, kept. `seq` counts from 1; `at` is the pathway's own time (UTC); never changed afterwards.

    `facts` is what the ledger saw outside the pathway when it accepted the record (staff directory, trust
    authorisation, device notices): a later change there does not rewrite what was decided then.
    """

    seq: int
    at: datetime
    by: Signature
    record: Record
    facts: Facts = field(default_factory=Facts)

    @property
    def kind(self) -> str:
        return self.record.kind
