"""What looks like an adverse event and has not been reported as one (clinical.md 2.8, R-AE-7; IPG651 3.3).

What was named in the room or at the 30-day check has to be reported. What only a result suggests, a clinician judges.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.pathway.adverse_event import AdverseEvent, NotAnAdverseEvent, ThirtyDayCheck
from shared.pathway.endings import PatientDied
from shared.pathway.laboratory import Bloods
from shared.pathway.laboratory_checks import Run, haemolysis_signs, run_before
from shared.pathway.life_events import died
from shared.pathway.news import NewBleed, NewPe
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, procedure_id, procedures, started
from shared.pathway.procedure_parts import Event
from shared.pathway.question import Moment
from shared.pathway.record import Entry


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to be reported, or judged. `seq` is the entry it came from; `named`: a person called it an event."""

    seq: int
    at: datetime
    category: Event
    procedure: str
    why: str
    named: bool
    role: Role

    @property
    def key(self) -> str:
        return f"{self.seq}-{self.category.value}"


def suggestions(moment: Moment) -> tuple[Suggestion, ...]:
    """Everything that ever looked like an event, answered or not, oldest first."""
    found = (*_from_the_room(moment), *_from_the_check(moment), *_from_news(moment), *_from_results(moment))
    return tuple(sorted(found, key=lambda each: (each.seq, each.category)))


def answered(moment: Moment, each: Suggestion) -> bool:
    """Whether it was reported since, or (unless a person called it an event) judged to be none."""
    for entry in moment.pathway.every(AdverseEvent):
        event = entry.record
        if isinstance(event, AdverseEvent) and event.category == each.category and _same(entry, event, each):
            return True
    return not each.named and any(
        isinstance(entry.record, NotAnAdverseEvent) and entry.record.about == each.seq
        for entry in moment.pathway.every(NotAnAdverseEvent)
    )


def _same(entry: Entry, event: AdverseEvent, each: Suggestion) -> bool:
    return event.procedure_id == each.procedure if event.procedure_id and each.procedure else entry.seq > each.seq


def _from_the_room(moment: Moment) -> Iterator[Suggestion]:
    for number, done in enumerate(procedures(moment.pathway), start=1):
        if done.end is not None and isinstance(done.end.record, ProcedureEnd):
            procedure = procedure_id(moment.pathway, number)
            for each in done.end.record.events:
                yield _named(done.end, each, procedure, "Named in the procedure room")


def _from_the_check(moment: Moment) -> Iterator[Suggestion]:
    for entry in moment.pathway.every(ThirtyDayCheck):
        if isinstance(entry.record, ThirtyDayCheck):
            for each in entry.record.events:
                yield _named(entry, each, entry.record.procedure_id, "Named at the 30-day check")


def _named(entry: Entry, category: Event, procedure: str, why: str) -> Suggestion:
    return Suggestion(entry.seq, entry.at, category, procedure, why, named=True, role=Role.PROCEDURALIST)


def _from_news(moment: Moment) -> Iterator[Suggestion]:
    """News after a procedure that its safety is counted by (IPG651 3.3): a major bleed, an embolism, a death."""
    begun = started(moment.pathway)
    if not begun:
        return
    for entry in moment.pathway.every(NewBleed):
        if entry.seq > begun[0].seq and isinstance(entry.record, NewBleed) and entry.record.isth in {"major", "crnm"}:
            yield _suggested(entry, Event.BLEEDING, "A new bleed was written down")
    for entry in moment.pathway.every(NewPe):
        if entry.seq > begun[0].seq and isinstance(entry.record, NewPe) and entry.record.state == "confirmed":
            yield _suggested(entry, Event.EMBOLISATION, "A new pulmonary embolism was written down")
    news = died(moment)
    if news is not None and news.seq > begun[0].seq and isinstance(news.record, PatientDied):
        yield _suggested(news, Event.DEATH, "The patient died after the procedure")


def _from_results(moment: Moment) -> Iterator[Suggestion]:
    """Results after a rheolytic run that look like haemolysis or kidney injury (R-PRO-5)."""
    for entry in moment.pathway.every(Bloods):
        run: Run | None = run_before(moment, entry)
        if run is not None and (why := haemolysis_signs(moment, run, entry)):
            yield _suggested(entry, Event.HAEMOLYSIS_OR_AKI, f"{', '.join(why)}: judge whether it is one")


def _suggested(entry: Entry, category: Event, why: str) -> Suggestion:
    return Suggestion(entry.seq, entry.at, category, "", why, named=False, role=Role.INTERVENTIONAL_RADIOLOGIST)
