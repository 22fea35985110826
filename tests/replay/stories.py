"""What is captured: the patients of the tests, followed until every step, wait and ending has been in a history.

Each story begins with a case and goes on by turns: so much later, this is written down. The clinical core refuses what
cannot be, so a story that no longer stands fails when it is captured.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from shared.pathway.choices import ClosingReason
from shared.pathway.closure import Closure
from shared.pathway.consent import LineStatus
from shared.pathway.contact import Appointment, ContactAttempt, DidNotAttend
from shared.pathway.endings import TransferPart
from shared.pathway.governance import NoticeDelivered
from shared.pathway.mdt_review import Outcome
from shared.pathway.referral import sides
from tests import patients, patients_again, tracks
from tests.forms import consent, endings, filters, mdt_review, referral
from tests.forms.follow_up import closure
from tests.patients import Case
from tests.workflow.conftest import Followed

MINUTES, DAY = timedelta(minutes=5), timedelta(days=1)
Change = Callable[[Case], Case]
World = Callable[[Followed], None]


@dataclass(frozen=True, slots=True)
class Turn:
    """After so long this is written down (None: nothing), and the workflow hears of it."""

    after: timedelta
    written: Change | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """`begins` is where the pathway stands when it is first looked at; `outside` is how the world around it is."""

    name: str
    begins: Callable[[], Case]
    turns: tuple[Turn, ...] = ()
    outside: World | None = None


def _mail_down(here: Followed) -> None:
    here.mailbox.down = True


def _registry_undecided(here: Followed) -> None:
    here.registry.undecided = 5


def _registry_rejects(here: Followed) -> None:
    here.registry.rejecting = True


def _delivered(case: Case) -> Case:
    return case.writes(NoticeDelivered(dispatch="n1-first"))


def _out(case: Case) -> Case:
    taken = filters.retrieval(attempted_at=case.now, venogram=filters.venogram(performed_at=case.now))
    return case.writes(taken, patients.OPERATOR)


def _signed_next(case: Case) -> Case:
    return patients.signed(case)


def waiting() -> Iterator[Story]:
    """Every step waited in, and what happens while waiting."""
    yield Story("referral", patients.iliofemoral_left, (Turn(DAY),))
    yield Story("emergency", patients.limb_under_threat, (Turn(DAY),))
    yield Story("mdt-review", patients.classified, (Turn(timedelta(days=12)),))
    yield Story("signatures", patients.reviewed, (Turn(MINUTES, _signed_next),))
    yield Story("governance-mail-down", patients.signed, (Turn(timedelta(hours=30)),), _mail_down)
    yield Story("offer-lapses", patients.signed, (Turn(MINUTES, _delivered), Turn(timedelta(days=8))))
    yield Story("procedure", patients.consented, (Turn(timedelta(days=2)),))
    yield Story("registry-undecided", patients.ended, (Turn(timedelta(hours=3)),), _registry_undecided)
    yield Story("registry-rejects", patients.ended, (Turn(DAY),), _registry_rejects)
    yield Story("three-months", lambda: patients.discharged(patients.registered()), (Turn(timedelta(days=100)),))
    yield Story("long-term", patients.seen_at_clinic, (Turn(timedelta(days=120)),))
    yield Story("two-legs", lambda: patients.classified(patients.both_legs()), (Turn(DAY),))


def following_filters() -> Iterator[Story]:
    """The filter's own workflow: its ladder, and each way in which it ends."""
    yield Story("filter-ladder", tracks.with_filter, (Turn(timedelta(days=85)),))
    yield Story(
        "filter-retrieved",
        tracks.with_filter,
        (
            Turn(timedelta(days=23, hours=2)),
            Turn(MINUTES, _out),
        ),
    )
    permanent = Turn(
        timedelta(days=25, hours=2), lambda case: case.writes(filters.made_permanent(), patients.RADIOLOGIST)
    )
    yield Story("filter-permanent", tracks.with_filter, (permanent,))
    death = Turn(DAY, lambda case: case.writes(endings.death(learned_at=case.now)))
    yield Story("filter-died", tracks.with_filter, (death,))
    yield Story("filter-transferred", _filter_offered, (Turn(MINUTES, _filter_accepted),))
    yield Story("filter-replanned", tracks.with_filter, (Turn(DAY, _replanned),))


def _replanned(case: Case) -> Case:
    sooner = case.now.date() + timedelta(days=7)
    return case.writes(filters.replan(target_on=sooner), patients.OPERATOR)


def _filter_offered() -> Case:
    parts = frozenset(TransferPart)
    return tracks.with_filter().when("2026-03-12T09:00").writes(endings.transfer(parts=parts))


def _filter_accepted(case: Case) -> Case:
    for part in TransferPart:
        case = case.writes(endings.answered(part, answered_at=case.now))
    return case


def ended() -> Iterator[Story]:
    """Every reason for which a pathway is closed."""
    for reason, before in BEFORE_CLOSING.items():
        record = closure(reason)
        if reason == ClosingReason.CLINICALLY_OVERTAKEN:
            record = Closure(reason=reason, note="Treated by the vascular team, who follow up")
        yield Story(f"ended-{reason.value}", before, (Turn(MINUTES, _closing(record)),))


def _closing(record: Closure) -> Change:
    return lambda case: case.writes(record)


def _declined(case: Case | None = None, outcome: Outcome = Outcome.DECLINE) -> Case:
    case = case or patients.classified()
    leg = mdt_review.decided(outcome, sides(case.pathway)[0])
    return patients.signed(patients.reviewed(case, mdt_review.mdt_review(leg)))


def _no_study() -> Case:
    case = _declined(patients.classified(patients.femoropopliteal_right()), Outcome.ALTERNATIVE)
    return patients_again.handed_over(case, ClosingReason.NO_STUDY_AVAILABLE)


def _not_eligible() -> Case:
    clear = patients.classified(patients.referred(referral.limb(segments=referral.veins())))
    return patients_again.handed_over(clear, ClosingReason.NOT_ELIGIBLE)


def _refused() -> Case:
    case = patients.consented(lines=consent.lines(LineStatus.REFUSED))
    return patients_again.handed_over(case, ClosingReason.PATIENT_DECLINED)


def _withdrawn() -> Case:
    case = patients.on_the_day().writes(consent.withdrawal())
    return patients_again.handed_over(case, ClosingReason.CONSENT_WITHDRAWN)


def _transferred() -> Case:
    case = patients.classified().when("2026-03-05T09:00").writes(endings.transfer()).when("2026-03-05T10:00")
    return case.sequence(*(endings.answered(part) for part in sorted(endings.CARE)))


def _lost() -> Case:
    missed = DidNotAttend(appointment=Appointment.LONG_TERM_VISIT, appointment_on=patients.seen_at_clinic().now.date())
    case = patients.seen_at_clinic().until("2026-06-02T10:00").writes(missed)
    for _ in range(case.policy.contact_attempts_lost):
        case = case.writes(ContactAttempt(tried_at=case.now, way="telephone", reached=False))
    return case


BEFORE_CLOSING: dict[ClosingReason, Callable[[], Case]] = {
    ClosingReason.COMPLETED: lambda: patients.seen_at_clinic(
        patients.discharged(patients.registered()).until("2026-06-01T10:00")
    ),
    ClosingReason.NOT_ELIGIBLE: _not_eligible,
    ClosingReason.NO_STUDY_AVAILABLE: _no_study,
    ClosingReason.MDT_DECLINED: lambda: patients_again.handed_over(_declined(), ClosingReason.MDT_DECLINED),
    ClosingReason.PATIENT_DECLINED: _refused,
    ClosingReason.CONSENT_WITHDRAWN: _withdrawn,
    ClosingReason.CLINICALLY_OVERTAKEN: patients.classified,
    ClosingReason.TRANSFERRED_OUT: _transferred,
    ClosingReason.DIED: lambda: patients.classified().when("2026-03-07T09:00").writes(endings.death()),
    ClosingReason.OPENED_IN_ERROR: lambda: patients.classified().writes(endings.mistake()),
    ClosingReason.LOST_TO_FOLLOWUP: _lost,
}
"""A pathway of which nothing is left to do but to close it, for each reason."""


def stories() -> tuple[Story, ...]:
    return (*waiting(), *following_filters(), *ended())
