"""What the API shows of the time afterwards: each long-term visit, its scores, and patients who cannot be reached."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.pathway import contact, long_term_rules
from shared.pathway.anatomy import Side
from shared.pathway.instruments import villalta
from shared.pathway.long_term import LongTermVisit, Visit, VisitNotMade
from shared.pathway.question import Moment


@dataclass(frozen=True, slots=True)
class Score:
    """One leg at one visit. `measures` is severity before 3 months, post_thrombotic_syndrome after (R-PTS-1)."""

    side: Side
    villalta: int | None
    category: str
    ulcer: bool | None
    measures: str


@dataclass(frozen=True, slots=True)
class LongTerm:
    """One visit: owed, made, or not to be made and why."""

    visit: Visit
    due_on: date
    state: str
    visited_on: date | None
    scores: tuple[Score, ...]
    kind: Literal["long_term_visit"] = "long_term_visit"


@dataclass(frozen=True, slots=True)
class Contact:
    """Attempts to reach a patient who did not come (R-ACO-5)."""

    attempts: int
    reached: bool
    lost: bool
    kind: Literal["contact"] = "contact"


Shown = LongTerm | Contact


def shown(moment: Moment) -> Iterator[Shown]:
    """Each visit in its order, then the attempts to reach the patient, if any were needed."""
    answered = long_term_rules.answered(moment)
    for visit, day in long_term_rules.due_on(moment).items():
        entry = answered.get(visit)
        record = entry.record if entry else None
        if isinstance(record, LongTermVisit):
            yield LongTerm(visit, day, "made", record.visited_on, tuple(_scores(moment, record)))
        elif isinstance(record, VisitNotMade):
            yield LongTerm(visit, day, record.because, None, ())
        else:
            yield LongTerm(visit, day, "owed", None, ())
    missed = moment.pathway.latest(contact.DidNotAttend)
    if missed is not None:
        tried = contact.attempts_since(moment, missed)
        yield Contact(len(tried), any(each.reached for each in tried), contact.lost(moment))


def _scores(moment: Moment, visit: LongTermVisit) -> Iterator[Score]:
    for leg in visit.legs:
        called = long_term_rules.label(moment, visit.visited_on)
        yield Score(leg.side, villalta.raw(leg.villalta), villalta.category(leg.villalta), leg.villalta.ulcer, called)
