"""Each timer of clinical.md 3 on a pathway that was put there, without asking the rules, so its anchor is known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.pathway.authorisation import authorisation_timers
from shared.pathway.choices import Answer, Urgency
from shared.pathway.civil_time import civil
from shared.pathway.duties import Timer
from shared.pathway.mdt_review import MdtSignOff
from shared.pathway.record import Entry, Record
from tests.forms import adverse_events as harm
from tests.forms import filters
from tests.forms.consent import consent
from tests.forms.endings import transfer
from tests.forms.filled import london
from tests.forms.follow_up import clinic_review, discharge, treatment
from tests.forms.mdt_review import looked_at, mdt_review, sign_off
from tests.forms.procedure import end, start
from tests.forms.referral import classification, imaging, limb, referral, signs
from tests.forms.the_day import breaking
from tests.patients import FACTS, POLICY, SPECIALISTS, Case
from tests.unit.pathway.timetable import written

EARLIER = "2025-01-06T09:00"
Anchored = Callable[[str, str], Case]


def _first(wall: str, nation: str, *records: Record, **changes: Any) -> Case:
    """A referral of that minute, and these records in the same minute."""
    at = london(wall)
    opened = referral(limb(imaging=imaging(performed_at=at)), presentation_at=at, **changes)
    return written((wall, opened), *((wall, each) for each in records), nation=nation)


def _with(*records: Record) -> Anchored:
    return lambda wall, nation: _first(wall, nation, *records)


def offered(wall: str, nation: str) -> Case:
    """A quorate offer decided in this minute."""
    case = _first(wall, nation, classification(), mdt_review(met_at=london(wall), imaging_reviewed=(looked_at(),)))
    for by in SPECIALISTS:
        signed: MdtSignOff = sign_off(3)
        case = replace(case, pathway=case.pathway.with_entry(Entry(case.pathway.version + 1, case.now, by, signed)))
    return case


def _emergency(wall: str, nation: str) -> Case:
    """A leg without pulses, treated before anybody was told."""
    at = london(wall)
    leg = limb(phlegmasia_signs=signs(pulses_absent=Answer.YES), imaging=imaging(performed_at=at))
    opened = referral(leg, presentation_at=at, urgency=Urgency.EMERGENCY)
    return written((wall, opened), (wall, start()), nation=nation)


def _filter(**changes: Any) -> Anchored:
    def put_in(wall: str, nation: str) -> Case:
        inside = filters.inserted(inserted_at=london(wall), **changes)
        return _first(wall, nation, start(), end(filter=inside, ended_at=london(wall)))

    return put_in


def _forgotten(wall: str, nation: str) -> Case:
    """A filter that nobody has taken out by its critical day."""
    case = _filter(plan=None)(wall, nation)
    return replace(case, now=case.now + timedelta(days=63))


def _harm(**changes: Any) -> Anchored:
    """An event of this minute: the fourth entry."""

    def found(wall: str, nation: str) -> Case:
        at = london(wall)
        event = harm.adverse_event(onset_at=at, detected_at=at, **changes)
        return _first(wall, nation, start(), end(ended_at=at), event)

    return found


def _supplied(wall: str, nation: str) -> Case:
    left = discharge(anticoagulant=treatment(supply_until=civil(london(wall)), started_on=civil(london(EARLIER))))
    return _first(EARLIER, nation, start(), end(), left)


def _reviewed(wall: str, nation: str) -> Case:
    """Seen well after the third month; the next review is on this day."""
    day = civil(london(wall))
    seen = clinic_review(attended_on=day.replace(year=day.year - 1, day=28), next_review_due=day)
    return _first(EARLIER, nation, start(), end(), seen)


ANCHORED: dict[str, Anchored] = {
    "T-REF-1": _with(),
    "T-REF-1 urgent": lambda wall, nation: _first(wall, nation, urgency=Urgency.URGENT_24H),
    "T-14D": _with(),
    "T-MDT": _with(classification()),
    "T-GOV": offered,
    "T-OFFER": offered,
    "T-EMG": _emergency,
    "T-EMG broken": _with(breaking("G12")),
    "T-EMG without MDT": _with(breaking("G4"), start()),
    "T-CON": lambda wall, nation: _first(wall, nation, consent(signed_at=london(wall))),
    "T-LABS": lambda wall, nation: _first(wall, nation, start(), end(ended_at=london(wall))),
    "T-FIL": _filter(plan=None),
    "T-FIL leaves early": _filter(plan=None, ifu_max_dwell_days=60),
    "T-FIL forgotten": _forgotten,
    "T-AE30": _with(start()),
    "T-YC": _harm(**harm.by_device()),
    "T-YC serious": _harm(**harm.by_device(harm_level="severe")),
    "T-DOC": _harm(notifiable="yes"),
    "T-REG": _with(start()),
    "T-SUP": _supplied,
    "T-3M": _with(start()),
    "T-1Y": _reviewed,
    "T-LT": _with(start()),
    "T-XFER": _with(transfer()),
}
"""What is counted from, for each timer; "T-FIL leaves early" is a filter whose maker wants it out after 60 days."""


def permission(wall: str) -> tuple[Timer, ...]:
    """T-AUTH of a permission whose last day this is: it belongs to the trust and to no pathway."""
    assert FACTS.authorisation is not None
    lasting = FACTS.authorisation.model_copy(update={"review_by": civil(london(wall))})
    return tuple(authorisation_timers(lasting, POLICY))
