"""Pathways and offers on both sides of every figure of the policy: a little more or less, and something changes."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from shared.pathway import decide, gates
from shared.pathway.choices import ClosingReason
from shared.pathway.classification import recommendations
from shared.pathway.consent import Consent
from shared.pathway.consent_refusals import little_time_to_consider
from shared.pathway.contact import Appointment, ContactAttempt, DidNotAttend
from shared.pathway.material_change import changes
from shared.pathway.mdt_review import Attempt, MeetingType
from shared.pathway.record import Record
from shared.pathway.referral import Referral
from shared.policy import Policy
from tests.forms import adverse_events as harm
from tests.forms.before_mdt import creatinine, hb, platelets, work_up
from tests.forms.consent import confirmation, leaflet
from tests.forms.filled import london
from tests.forms.follow_up import clinic_review, closure, treatment
from tests.forms.mdt_review import attendees, mdt_review
from tests.forms.procedure import start
from tests.forms.referral import referral
from tests.forms.the_day import bloods, breaking
from tests.patients import (
    OPERATOR,
    Case,
    arrived,
    classified,
    consented,
    discharged,
    ended,
    iliofemoral_left,
    limb_under_threat,
    offered,
    on_the_day,
    reviewed,
    seen_at_clinic,
    signed,
)
from tests.tracks import harmed
from tests.unit.pathway.anchored import ANCHORED
from tests.unit.pathway.test_long_term import leg, visit


class Probe(NamedTuple):
    """A case, and what somebody offers there."""

    case: Case
    offers: tuple[Record, ...] = ()


def outcome(probe: Probe, policy: Policy) -> tuple[Any, ...]:
    """All that the core makes of a probe under this policy."""
    case = Case(probe.case.now, probe.case.facts, policy, probe.case.pathway)
    moment = case.moment
    refused = tuple(case.refusals(each) for each in probe.offers)
    if case.pathway.latest(Referral) is None:
        return refused
    derived: tuple[Any, ...] = (decide.timers(moment), decide.tasks(moment), gates.gates(moment, None))
    return (*derived, recommendations(moment), changes(moment), _hurried(case), refused)


def _hurried(case: Case) -> bool:
    entry = case.pathway.latest(Consent)
    return entry is not None and little_time_to_consider(case.moment, entry)


def probes() -> Iterator[Probe]:
    yield from _by_the_clock()
    yield from _who_it_is()
    yield from _blood()
    yield from _before_the_start()
    yield from _afterwards()


def _by_the_clock() -> Iterator[Probe]:
    for anchored in ANCHORED.values():
        yield Probe(anchored("2026-03-09T09:30", "england"))
    checked = ANCHORED["T-LABS"]("2026-03-09T09:30", "england")
    for hours in (33, 40):
        yield Probe(checked.when(checked.now + timedelta(hours=hours)))


def _who_it_is() -> Iterator[Probe]:
    yield Probe(arrived(age_years=20).writes(referral()))
    for age in (8, 20, 40, 70):
        yield Probe(on_the_day().where(sex="female", age_years=age))
    for days in (10, 20, 40):
        onset = date(2026, 3, 2) - timedelta(days=days)
        yield Probe(arrived().writes(referral(symptom_onset_date=onset)))


def _blood() -> Iterator[Probe]:
    known = offered().when("2026-03-06T09:00").writes(bloods(collected_at=london("2026-03-04T09:00")))
    late = {"collected_at": london("2026-03-06T09:00")}
    base = classified().writes(bloods(collected_at=london("2026-03-03T10:00")))
    values: tuple[dict[str, Any], ...] = (
        *({"hb": hb(value)} for value in (125, 111)),
        *({"platelets": platelets(count)} for count in (70, 30)),
        *({"inr": ratio} for ratio in (2.5, 1.2)),
        *({"creatinine": creatinine(value)} for value in (164, 98)),
    )
    for found in values:
        yield Probe(_decided(base).when("2026-03-06T09:00").writes(bloods(**late, **found)))
    odd = ({"hb": hb(30)}, {"creatinine": creatinine(15)}, {"creatinine": creatinine(2000)})
    few = ({"platelets": platelets(1.5)}, {"platelets": platelets(1500)})
    yield Probe(known, (bloods(**late), *(bloods(**late, **each) for each in (*odd, *few))))
    for kilograms in (30, 200):
        weight = work_up().model_copy(update={"weight": _weight(kilograms)})
        yield Probe(classified(), (weight,))
    for before, after in ((82, 102), (82, 117), (40, 62), (82, 86)):
        run = _run(before)
        yield Probe(run.writes(bloods(collected_at=run.now, creatinine=creatinine(after))))


def _weight(kilograms: int) -> Any:
    weight = work_up().weight
    assert weight is not None
    return weight.model_copy(update={"value": kilograms})


def _decided(case: Case) -> Case:
    return signed(reviewed(case))


def _run(before: int) -> Case:
    """The evening after a rheolytic run, blood before it with this creatinine."""
    drawn = bloods(creatinine=creatinine(before))
    ready = consented().when("2026-03-08T18:00").writes(drawn).when("2026-03-09T09:00")
    begun = ready.writes(confirmation(), OPERATOR).when("2026-03-09T09:30").writes(start())
    return ended(begun).when("2026-03-10T10:00")


def _before_the_start() -> Iterator[Probe]:
    yield Probe(classified().when("2026-03-05T14:00"), (mdt_review(),))
    yield Probe(classified().when("2026-03-07T14:00"), (mdt_review(met_at=london("2026-03-07T14:00")),))
    called = classified(limb_under_threat()).when("2026-03-03T14:00")
    for minutes in (20, 45):
        tried = Attempt(
            specialty="haematologist", tried_at=called.now - timedelta(minutes=minutes), how="phone", reached=False
        )
        call = mdt_review(attendees=attendees("vs-1", "ir-1"), met_at=called.now, attempts=(tried,))
        yield Probe(called, (call.model_copy(update={"meeting_type": MeetingType.AD_HOC_CALL}),))
    for day in ("2026-03-10", "2026-03-11"):
        yield Probe(on_the_day().when(f"{day}T09:30"))
    for hours in (30, 50, 100):
        later = on_the_day().when("2026-03-12T09:30")
        yield Probe(later, (start(started_at=later.now - timedelta(hours=hours)),))
    broken = iliofemoral_left().writes(breaking("G12"))
    for hours in (8, 20):
        yield Probe(broken.when(broken.now + timedelta(hours=hours)))
    for hours in (18, 30):
        given_at = london("2026-03-06T10:00") - timedelta(hours=hours)
        yield Probe(consented(written_information=leaflet(given_at=given_at)))


def _afterwards() -> Iterator[Probe]:
    stop = {"decision": "stop", "next_review_due": None, "attended_on": date(2026, 6, 10)}
    late = discharged().when("2026-06-10T10:00")
    for prompts in ({"provoked": "unprovoked"}, {"provoked": "unprovoked", "thrombophilia": "other"}):
        yield Probe(late, (clinic_review(**stop, **prompts),))
    ten_months = clinic_review(attended_on=date(2026, 6, 10), next_review_due=date(2027, 4, 10))
    yield Probe(late, (ten_months,))
    missed = seen_at_clinic().writes(
        DidNotAttend(appointment=Appointment.LONG_TERM_VISIT, appointment_on=date(2026, 5, 1))
    )
    for _ in range(5):
        tried = ContactAttempt(tried_at=missed.now, way="telephone", reached=False)
        missed = missed.writes(tried)
        yield Probe(missed, (closure(ClosingReason.LOST_TO_FOLLOWUP),))
    at_six_months = seen_at_clinic().when("2026-09-09T10:00")
    for worst in (1, 2):
        sore = leg(
            pain=worst,
            cramps=worst,
            heaviness=worst,
            pruritus=worst,
            oedema=worst,
            redness=worst,
            calf_compression_pain=worst,
        )
        yield Probe(at_six_months.writes(visit(legs=(sore,))))
    yield Probe(discharged(anticoagulant=treatment(started_on=date(2026, 3, 11)), review_booked_on=date(2026, 6, 9)))
    for before in (0, 1, 2):
        known = ended().where(device_events={"Riptide/device_malfunction": before})
        yield Probe(harmed(known, **harm.by_device()))
