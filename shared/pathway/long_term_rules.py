"""When the long-term visits are due, what they find, and whether they are done (T-LT, R-PTS-1..5; IPG651 3.2)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from shared.pathway.anatomy import Side
from shared.pathway.civil_time import add_months, at_time, civil, roll_back
from shared.pathway.contact import lost
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.instruments import villalta
from shared.pathway.long_term import LongTermVisit, PtsReferral, Visit, VisitNotMade
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureStart, started, started_at, under_way
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.refusal import Refusal

_EARLY = 3
"""Months before which Villalta measures severity, and is never called post-thrombotic syndrome (R-PTS-1)."""


def due_on(moment: Moment) -> dict[Visit, date]:
    """The date of each visit that is owed, counted from the latest procedure; empty without one."""
    begun = started(moment.pathway)
    if not begun:
        return {}
    first = civil(started_at(begun[-1]))
    return {Visit(f"m{months}"): add_months(first, months) for months in moment.policy.visit_months}


def _since_procedure(moment: Moment, kind: type[LongTermVisit] | type[VisitNotMade]) -> Iterator[Entry]:
    begun = started(moment.pathway)
    yield from (entry for entry in moment.pathway.every(kind) if begun and entry.seq > begun[-1].seq)


def answered(moment: Moment) -> dict[Visit, Entry]:
    """The newest answer to each visit: made, or not to be made."""
    found: dict[Visit, Entry] = {}
    for kind in (LongTermVisit, VisitNotMade):
        for entry in _since_procedure(moment, kind):
            if isinstance(entry.record, LongTermVisit | VisitNotMade):
                found[entry.record.visit] = entry
    return found


def settled(moment: Moment) -> bool:
    """Whether every owed visit has its answer. True without a procedure: nothing is owed."""
    return set(due_on(moment)) <= set(answered(moment))


def treated_sides(moment: Moment) -> frozenset[Side]:
    return frozenset(entry.record.side for entry in started(moment.pathway) if isinstance(entry.record, ProcedureStart))


def visit_refusals(question: Question[LongTermVisit]) -> Iterator[Refusal]:
    """Why this visit cannot stand.

    Refuses: no finished procedure, a day ahead or outside the visit's window, a leg that was not treated or is
    written twice. Guidance: 3.2.
    """
    record, moment = question.record, question.moment
    due = due_on(moment)
    if not due or under_way(question.pathway):
        yield Refusal("R-PTS-1", "", "There is no finished procedure to follow up", "3.2")
        return
    if record.visited_on > civil(question.now):
        yield Refusal("R-PTS-1", "visited_on", "This lies in the future", "3.2")
    yield from _in_its_window(question, due.get(record.visit))
    legs = [leg.side for leg in record.legs]
    if set(legs) - treated_sides(moment):
        yield Refusal("R-PTS-2", "legs", "Only treated legs are followed up", "3.2")
    if len(set(legs)) != len(legs):
        yield Refusal("R-PTS-2", "legs", "Each leg is written down once", "3.2")


def _in_its_window(question: Question[LongTermVisit], due: date | None) -> Iterator[Refusal]:
    days = question.policy.visit_window_days
    if due is not None and abs((question.record.visited_on - due).days) > days:
        words = f"This visit is counted within {days} days of {due.isoformat()}"
        yield Refusal("R-PTS-1", "visited_on", words, "3.2")


def not_made_refusals(question: Question[VisitNotMade]) -> Iterator[Refusal]:
    """Why this cannot stand. Refuses: a visit that is not owed, lost without the attempts (R-PTS-5). Guidance: 3.2."""
    record, moment = question.record, question.moment
    if record.visit not in due_on(moment):
        yield Refusal("R-PTS-5", "visit", "This visit is not owed", "3.2")
    elif record.visit in answered(moment):
        yield Refusal("R-PTS-5", "visit", "This visit has its answer already", "3.2")
    if record.because == "lost_to_followup" and not lost(moment):
        words = f"A patient counts as lost after {moment.policy.contact_attempts_lost} attempts to reach them"
        yield Refusal("R-PTS-5", "because", words, "3.2")


def referral_refusals(question: Question[PtsReferral]) -> Iterator[Refusal]:
    """Why this referral cannot stand. Refuses: a leg that was not treated, a day ahead. Guidance: 3.2."""
    if question.record.side not in treated_sides(question.moment):
        yield Refusal("R-PTS-2", "side", "This leg was not treated", "3.2")
    if question.record.referred_on > civil(question.now):
        yield Refusal("R-PTS-4", "referred_on", "This lies in the future", "3.2")


def label(moment: Moment, on: date) -> str:
    """What a Villalta score of that day may be called: `severity` before 3 months, `post_thrombotic_syndrome` after."""
    begun = started(moment.pathway)
    early = not begun or on < add_months(civil(started_at(begun[-1])), _EARLY)
    return "severity" if early else "post_thrombotic_syndrome"


def tasks(moment: Moment) -> Iterator[Task]:
    """Each visit, from a window before its date; referring a leg with an ulcer or a high score (R-PTS-4)."""
    if under_way(moment.pathway):
        return
    done = answered(moment)
    for visit, day in due_on(moment).items():
        opens = at_time(day - timedelta(days=moment.policy.visit_window_days), "00:00")
        if moment.now >= opens:
            due = at_time(roll_back(day, moment.pathway.nation), moment.policy.working_day_ends)
            late = moment.now >= _window_ends(moment, day)
            told = (Role.AUDITOR,) if late and visit not in done else ()
            state = TaskState.DONE if visit in done else TaskState.OPEN
            yield Task(
                "long_term_visit", Role.ANTICOAG_CLINIC, opens, due, key=visit.value, state=state, escalated_to=told
            )
    yield from _referrals(moment)


def _window_ends(moment: Moment, day: date) -> datetime:
    return at_time(day + timedelta(days=moment.policy.visit_window_days + 1), "00:00")


def _referrals(moment: Moment) -> Iterator[Task]:
    for entry in moment.pathway.every(LongTermVisit):
        if not isinstance(entry.record, LongTermVisit):
            continue
        for leg in entry.record.legs:
            if _needs_referral(moment, leg.villalta):
                due = entry.at + timedelta(days=moment.policy.referral_within_days)
                state = TaskState.DONE if _referred(moment, leg.side, entry.seq) else TaskState.OPEN
                key = f"{entry.record.visit.value}-{leg.side.value}"
                why = "Ulcer, or a Villalta score that asks for treatment"
                yield Task("pts_referral", Role.ANTICOAG_CLINIC, entry.at, due, key=key, state=state, why=why)


def _needs_referral(moment: Moment, items: villalta.Villalta) -> bool:
    raw = villalta.raw(items)
    return items.ulcer is True or (raw is not None and raw >= moment.policy.referral_villalta)


def _referred(moment: Moment, side: Side, since: int) -> bool:
    return any(
        isinstance(each.record, PtsReferral) and each.record.side == side and each.seq > since
        for each in moment.pathway.every(PtsReferral)
    )


def timers(moment: Moment) -> Iterator[Timer]:
    """T-LT: one rung for each visit, and one when its window has closed without it (the auditor is told)."""
    begun = started(moment.pathway)
    if not begun:
        return
    anchor, done = civil(started_at(begun[-1])), answered(moment)
    for visit, day in due_on(moment).items():
        met = visit in done
        clinic = (Role.ANTICOAG_CLINIC,)
        yield Timer("T-LT", visit.value, "procedure_on", anchor, at_time(day, "00:00"), day, clinic, met=met)
        ends = _window_ends(moment, day)
        last = day + timedelta(days=moment.policy.visit_window_days)
        yield Timer("T-LT", f"{visit.value}_missed", "procedure_on", anchor, ends, last, (Role.AUDITOR,), met=met)
