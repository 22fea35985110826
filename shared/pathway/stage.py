"""What a stage of the pathway consists of. `stages` puts them together into the one table that everybody reads."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.contracts.steps import Step
from shared.pathway.duties import Obligation, Task, Timer
from shared.pathway.people import Role
from shared.pathway.question import Moment, Question
from shared.pathway.record import Record
from shared.pathway.refusal import Refusal

Rule = Callable[[Question[Any]], Iterable[Refusal]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: its form, the roles that may write it, and the rule that may refuse it.

    `desk` is the service that takes it ("" for what only the system enters). `any_version`: it binds itself to
    what it is about (a review, a dispatch), so `If-Match: *` is allowed and nobody's signature is lost to a race.
    `after_closing`: it may still be written of a closed pathway.
    """

    record: type[Record]
    desk: str
    roles: frozenset[Role]
    refusals: Rule
    any_version: bool = False
    after_closing: bool = False

    @property
    def name(self) -> str:
        return self.record.kind


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the guidance, or (without `step`) a track of its own life: a filter, an adverse event, a death.

    `asks` names the tasks of this stage that are no record's own name. `outlives_closing`: its tasks and
    obligations stay owed when the pathway is closed. `outlives_death`: they stay when the patient has died
    (clinical.md 3: registry, adverse event, device, candour).
    """

    name: str
    step: Step | None
    paragraphs: tuple[str, ...]
    kinds: tuple[Kind, ...]
    settled: Callable[[Moment], bool]
    tasks: tuple[Callable[[Moment], Iterator[Task]], ...] = ()
    timers: tuple[Callable[[Moment], Iterator[Timer]], ...] = ()
    owed: tuple[Callable[[Moment], Iterator[Obligation]], ...] = ()
    asks: tuple[str, ...] = ()
    outlives_closing: bool = False
    outlives_death: bool = False


def nothing_refuses(question: Question[Any]) -> Iterator[Refusal]:
    """The clock, the withdrawal of consent and the news of a death are never refused."""
    del question
    yield from ()
