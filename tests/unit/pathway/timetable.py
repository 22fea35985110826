"""Reading the timers of a pathway: which day each rung is due on, at which instant it fires, what became of it."""

from datetime import UTC, date, datetime

from shared.pathway import decide
from shared.pathway.pathway import Pathway, fold
from shared.pathway.procedure import ProcedureEnd, ProcedureStart
from shared.pathway.record import Entry, Record
from shared.pathway.referral import Referral
from tests.forms.filled import london
from tests.patients import (
    OPERATOR,
    REF,
    TRIAGE,
    Case,
)

Due = tuple[date, datetime]


def due(case: Case, timer: str) -> dict[str, Due]:
    """Each rung of one timer: the day it is due on, and the instant it fires."""
    found = (view.timer for view in decide.timers(case.moment) if view.timer.id == timer)
    return {each.rung: (each.due_on, each.due_at) for each in found}


def days(case: Case, timer: str) -> dict[str, str]:
    return {rung: day.isoformat() for rung, (day, _at) in due(case, timer).items()}


def instants(case: Case, timer: str) -> dict[str, datetime]:
    return {rung: at for rung, (_day, at) in due(case, timer).items()}


def states(case: Case, timer: str) -> set[str]:
    return {view.state for view in decide.timers(case.moment) if view.timer.id == timer}


def utc(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=UTC)


def written(*records: tuple[str, Record], nation: str = "england") -> Case:
    """A pathway of records at London times, put there without asking the rules: for dates far from A1."""
    people = {Referral: REF, ProcedureStart: OPERATOR, ProcedureEnd: OPERATOR}
    entries = [
        Entry(seq, london(wall), people.get(type(record), TRIAGE), record)
        for seq, (wall, record) in enumerate(records, start=1)
    ]
    return Case(entries[-1].at, pathway=fold(Pathway("p-1", "RXX", nation), entries))
