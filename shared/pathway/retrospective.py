"""The full MDT that looks back at an emergency (R-MDT-6; IPG651 3.5, 3.8). It reviews; it cannot undo."""

from collections.abc import Iterator
from datetime import datetime

from shared.pathway.break_glass import Breakable
from shared.pathway.breaking import gates_used
from shared.pathway.civil_time import add_working_days, at_time, civil
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.mdt_offer import looks_back, signatures_of
from shared.pathway.mdt_review import MdtReview
from shared.pathway.people import MDT_SPECIALTIES, Role
from shared.pathway.procedure import procedures, started_at
from shared.pathway.question import Moment
from shared.pathway.record import Entry


def to_look_back_on(moment: Moment) -> tuple[Entry, ...]:
    """The starts for which gate G4 was broken: they owe the full MDT afterwards."""
    return tuple(each.start for each in procedures(moment.pathway) if Breakable.G4 in gates_used(moment, each))


def looked_back(moment: Moment, start: Entry) -> bool:
    """Whether all three specialties have signed a review that looks back at this start, agreeing or not."""
    later = (each for each in moment.pathway.every(MdtReview) if each.seq > start.seq and looks_back(each))
    return any({sign.by.role for sign in signatures_of(moment, each.seq)} >= MDT_SPECIALTIES for each in later)


def settled(moment: Moment) -> bool:
    """Whether no emergency waits for its full MDT."""
    return all(looked_back(moment, each) for each in to_look_back_on(moment))


def _due(moment: Moment, start: Entry) -> datetime:
    """The end of the next working day after the start."""
    day = add_working_days(civil(started_at(start)), 1, moment.pathway.nation)
    return at_time(day, moment.policy.working_day_ends)


def tasks(moment: Moment) -> Iterator[Task]:
    """The meeting itself; once it is written down, one signature for each specialty that owes it."""
    waiting: dict[int, tuple[Entry, datetime]] = {}
    for start in to_look_back_on(moment):
        due, review = _due(moment, start), _written(moment, start)
        state = TaskState.DONE if review else TaskState.OPEN
        late = moment.now >= due and not looked_back(moment, start)
        director = (Role.MEDICAL_DIRECTOR,) if late else ()
        role, key = Role.MDT_COORDINATOR, str(start.seq)
        yield Task("retrospective_mdt", role, start.at, due, key=key, state=state, escalated_to=director)
        if review is not None:
            waiting.setdefault(review.seq, (review, due))
    for review, due in waiting.values():
        yield from _signatures(moment, review, due)


def _written(moment: Moment, start: Entry) -> Entry | None:
    found = [each for each in moment.pathway.every(MdtReview) if each.seq > start.seq and looks_back(each)]
    return found[-1] if found else None


def _signatures(moment: Moment, review: Entry, due: datetime) -> Iterator[Task]:
    signed = {each.by.role for each in signatures_of(moment, review.seq)}
    for specialty in sorted(MDT_SPECIALTIES):
        state = TaskState.DONE if specialty in signed else TaskState.OPEN
        yield Task("mdt_sign_off", specialty, review.at, due, key=str(review.seq), state=state)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-EMG: the full MDT by the end of the next working day after each start that went ahead without one."""
    for start in to_look_back_on(moment):
        due, anchor = _due(moment, start), started_at(start)
        director, met = (Role.MEDICAL_DIRECTOR,), looked_back(moment, start)
        yield Timer("T-EMG", "retrospective_mdt", "started_at", anchor, due, civil(due), director, met=met)
