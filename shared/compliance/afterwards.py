"""What came of it: harm, the 3-month review, visits, post-thrombotic syndrome, filters (IPG651 2.5, 2.6, 3.2, 3.3).

No harm is never concluded from silence: it counts once the 30-day check said so (R-AE-7).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.compliance.answers import Verdict, all_of, in_time, is_so
from shared.compliance.fired import anchored, fired
from shared.pathway.adverse_event import ThirtyDayCheck
from shared.pathway.adverse_event_duties import reports
from shared.pathway.adverse_event_track import Reported, about, events, serious
from shared.pathway.break_glass import BreakGlass, BreakGlassReview
from shared.pathway.choices import Answer
from shared.pathway.civil_time import civil, day_number
from shared.pathway.closure import Closure
from shared.pathway.discharge import Discharge
from shared.pathway.endings import PatientDied, TransferPart
from shared.pathway.filter_track import Filter, filters
from shared.pathway.follow_up import AnticoagulationReview, reviewed
from shared.pathway.instruments import villalta
from shared.pathway.life_events import accepted_parts, died
from shared.pathway.long_term import LongTermVisit, Visit
from shared.pathway.long_term_rules import answered
from shared.pathway.procedure import ProcedureEnd, procedure_id, started, started_at
from shared.pathway.procedure_parts import Event
from shared.pathway.question import Moment
from shared.pathway.yellow_card import YellowCard

MONTH_DAYS = 30
CATEGORIES = ("none", "mild", "moderate", "severe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """What became of a treated patient. Dates are London's; `serious_on` has one for each serious event."""

    harms: tuple[str, ...]
    worst_cirse: str | None
    serious_on: tuple[date, ...]
    asserted: Verdict | None
    died_on: date | None
    died_within_30_days: bool
    review: Verdict | None
    reviewed_on: date | None
    supply_gap_days: int | None
    visits: dict[str, Verdict | None]
    villalta: str | None
    quality_of_life: Verdict | None
    comments: Verdict | None
    filters_out: Verdict | None
    dwell_days: tuple[int, ...]
    nights: int | None
    seen_in_person: int
    seen_remotely: int


NOTHING = Afterwards(
    harms=(),
    worst_cirse=None,
    serious_on=(),
    asserted=None,
    died_on=None,
    died_within_30_days=False,
    review=None,
    reviewed_on=None,
    supply_gap_days=None,
    visits=dict.fromkeys(("m6", "m12", "m24")),
    villalta=None,
    quality_of_life=None,
    comments=None,
    filters_out=None,
    dwell_days=(),
    nights=None,
    seen_in_person=0,
    seen_remotely=0,
)


def afterwards(moment: Moment) -> Afterwards:
    """What came after the first procedure; without one every answer is None or empty."""
    if not started(moment.pathway):
        return NOTHING
    made, dead = _visits_made(moment), died(moment)
    entry = reviewed(moment)
    on = entry.record.attended_on if entry and isinstance(entry.record, AnticoagulationReview) else None
    return Afterwards(
        harms=tuple(sorted(_harms(moment, made))),
        worst_cirse=_cirse(moment),
        serious_on=tuple(civil(each.event.onset_at) for each in _since(moment) if serious(each.event)),
        asserted=_asserted(moment),
        died_on=_died_on(dead.record) if dead else None,
        died_within_30_days=_soon(moment, _died_on(dead.record) if dead else None),
        review=_review(moment),
        reviewed_on=on,
        supply_gap_days=_gap(moment),
        visits={visit.value: _visit(moment, visit) for visit in (Visit.M6, Visit.M12, Visit.M24)},
        villalta=_villalta(made),
        quality_of_life=is_so(any(each.eq5d for each in made)) if made else None,
        comments=is_so(any(each.experience for each in made)) if made else None,
        filters_out=all_of(_out(moment, each) for each in filters(moment) if each.inserted.intended == "temporary"),
        dwell_days=tuple(each.dwell_days(moment.now) for each in filters(moment) if each.state == "retrieved"),
        nights=_nights(moment),
        seen_in_person=sum(each.way == "clinic" for each in made),
        seen_remotely=sum(each.way != "clinic" for each in made),
    )


def _visits_made(moment: Moment) -> tuple[LongTermVisit, ...]:
    return tuple(e.record for e in moment.pathway.every(LongTermVisit) if isinstance(e.record, LongTermVisit))


def _since(moment: Moment) -> Iterator[Reported]:
    first = started(moment.pathway)[0]
    return (each for each in events(moment) if each.seq > first.seq)


def _harms(moment: Moment, made: tuple[LongTermVisit, ...]) -> set[str]:
    """Everything of clinical.md 2.8 that anybody wrote down since the first procedure began."""
    found = {each.event.category.value for each in _since(moment)}
    for kind in (ProcedureEnd, ThirtyDayCheck):
        for entry in moment.pathway.every(kind):
            found |= {each.value for each in getattr(entry.record, "events", ())}
    if any(each.recurrence == Answer.YES for each in made):
        found.add(Event.RE_THROMBOSIS.value)
    if any(each.pulmonary_embolism == Answer.YES for each in made):
        found.add(Event.EMBOLISATION.value)
    return found


def _cirse(moment: Moment) -> str | None:
    return max((each.event.cirse_grade for each in _since(moment) if each.event.cirse_grade), default=None)


def _asserted(moment: Moment) -> Verdict | None:
    """Somebody said of every procedure how the first 30 days went; no, once it is closed without."""
    numbers = range(1, len(started(moment.pathway)) + 1)
    checks = [e.record for e in moment.pathway.every(ThirtyDayCheck) if isinstance(e.record, ThirtyDayCheck)]
    said = {each.procedure_id for each in checks if each.how != "not_reached"}
    over = moment.pathway.latest(Closure) is not None
    return all_of(in_time(done=name in said, late=over and name not in said) for name in _named(moment, numbers))


def _named(moment: Moment, numbers: range) -> list[str]:
    return [procedure_id(moment.pathway, number) for number in numbers]


def _died_on(record: object) -> date | None:
    return (record.died_on or civil(record.learned_at)) if isinstance(record, PatientDied) else None


def _soon(moment: Moment, on: date | None) -> bool:
    """Whether the death came within 30 days of the latest procedure before it."""
    days = [day_number(started_at(each), on) for each in started(moment.pathway)] if on else []
    return any(0 <= each <= MONTH_DAYS for each in days)


def _review(moment: Moment) -> Verdict | None:
    """The 3-month review, no later than T-3M escalated; nothing is asked once it is another's, or nobody's, to do."""
    begun = started(moment.pathway)
    entry = reviewed(moment)
    at = fired(moment.pathway).get(anchored("T-3M", "escalate", civil(started_at(begun[-1]))))
    late = at is not None and (entry is None or entry.at > at)
    gone = died(moment) is not None or TransferPart.ANTICOAGULATION in accepted_parts(moment)
    return None if entry is None and gone else in_time(done=entry is not None, late=late)


def _gap(moment: Moment) -> int | None:
    """Days between the end of the supply and the review that was booked at the newest discharge; 0: covered."""
    left = moment.pathway.record(Discharge)
    if left is None or left.anticoagulant is None or left.review_booked_on is None:
        return None
    return max(0, (left.review_booked_on - left.anticoagulant.supply_until).days)


def _visit(moment: Moment, visit: Visit) -> Verdict | None:
    """Made; not to be made, or missed by its window, counts as no (R-PTS-5). Nobody asks it of the dead."""
    begun = started(moment.pathway)
    answer = answered(moment).get(visit)
    if answer is not None:
        return is_so(isinstance(answer.record, LongTermVisit))
    if died(moment) is not None:
        return None
    missed = anchored("T-LT", f"{visit.value}_missed", civil(started_at(begun[-1])))
    return in_time(done=False, late=missed in fired(moment.pathway))


def _villalta(made: tuple[LongTermVisit, ...]) -> str | None:
    """The worst leg at the newest visit with a complete score; None without one (R-PTS-3)."""
    for each in reversed(made):
        found = [villalta.category(leg.villalta) for leg in each.legs]
        known = [category for category in found if category in CATEGORIES]
        if known:
            return max(known, key=CATEGORIES.index)
    return None


def _out(moment: Moment, each: Filter) -> Verdict | None:
    """A filter meant to come out is out; no, when it stays by decision or was declared critical inside."""
    if each.state in {"died", "transferred_accepted"}:
        return None
    critical = anchored("T-FIL", "critical", each.inserted.inserted_at) in fired(moment.pathway)
    stays = each.state == "permanent_by_decision" or (each.state == "in_situ" and critical)
    return in_time(done=each.state == "retrieved", late=stays)


def _nights(moment: Moment) -> int | None:
    left, begun = moment.pathway.record(Discharge), started(moment.pathway)
    return day_number(started_at(begun[-1]), left.discharged_at) if left else None


def carded(moment: Moment) -> Verdict | None:
    """Each event that owes a Yellow Card, or its sister, has its reference or a reason (IPG651 YR2)."""
    late = fired(moment.pathway)
    found: list[Verdict] = []
    for each in events(moment):
        for subject in reports(each):
            cards = [entry.record for entry in about(moment, YellowCard, each.seq)]
            done = any(getattr(card, "about", "") == subject for card in cards)
            overdue = anchored("T-YC", f"{subject}_{each.seq}", each.event.detected_at) in late
            found.append(in_time(done=done, late=overdue))
    return all_of(found)


def second_looks(moment: Moment) -> Verdict | None:
    """A second person looked at each broken gate within its hours (IPG651 3.5, YR1)."""
    return all_of(_looked(moment, entry.seq, entry.at) for entry in moment.pathway.every(BreakGlass))


def _looked(moment: Moment, seq: int, at: datetime) -> Verdict:
    looks = [e.at for e in moment.pathway.every(BreakGlassReview) if getattr(e.record, "breaking", 0) == seq]
    if looks:
        return is_so(looks[0] <= at + timedelta(hours=moment.policy.break_glass_review_hours))
    overdue = anchored("T-EMG", "break_glass_review", at) in fired(moment.pathway)
    return in_time(done=False, late=overdue)
