"""Patients with a filter inside, or to whom something happened: where each came from `tests.patients`."""

from datetime import timedelta
from typing import Any

from shared.pathway.choices import Answer, Urgency
from shared.pathway.filter_insertion import FilterInserted
from shared.pathway.news import UrgencyChanged
from shared.pathway.people import Role, Signature
from tests import patients
from tests.forms import adverse_events, consent, filters
from tests.forms.procedure import end, sign_out, start
from tests.patients import Case

OFFICER = Signature("dso-1", Role.DEVICE_SAFETY_OFFICER)
PEOPLE = patients.STAFF | {"dso-1": frozenset({Role.DEVICE_SAFETY_OFFICER})}


def with_filter(case: Case | None = None, **changes: Any) -> Case:
    """A1: a retrievable filter in since Monday 9 March 2026, 10:00, planned out by Easter Monday."""
    return patients.ended(case, **said(filter=filters.inserted(**changes)))


def said(**changes: Any) -> dict[str, Any]:
    """The end of a procedure at which a filter was left inside, and said aloud."""
    return {"sign_out": sign_out(filter_present=Answer.YES)} | changes


def harmed(case: Case | None = None, **changes: Any) -> Case:
    """An adverse event reported on the ward on 10 March at 09:00."""
    found = (case or patients.ended()).where(staff=PEOPLE).when("2026-03-10T09:00")
    return found.writes(adverse_events.adverse_event(**changes), patients.WARD)


def number(case: Case) -> int:
    """The number of the newest entry: what a record about it names."""
    return case.pathway.version


def redone(case: Case, inserted: FilterInserted) -> Case:
    """A second procedure on the same leg, prepared by `prepared_again`, at which another filter went in."""
    now = case.now
    case = case.writes(consent.confirmation(confirmed_at=now), patients.OPERATOR).writes(start())
    ended_at = inserted.inserted_at + timedelta(minutes=30)
    return case.when(ended_at).writes(end(**said(filter=inserted, ended_at=ended_at)))


def emergency_filter() -> Case:
    """The leg turned blue during the procedure: a filter went in that nobody has planned to take out."""
    worse = UrgencyChanged(urgency=Urgency.EMERGENCY, reason="The leg turned blue on the table")
    case = patients.started().when("2026-03-09T09:50").writes(worse, patients.SURGEON)
    return with_filter(case, plan=None)
