"""Random journeys through a pathway: what somebody might write down next, sensible or not, at any time.

`go_on` writes down what is asked for next, so that journeys get somewhere; every other move may come at any moment
and is simply refused when it does not stand.
"""

from collections.abc import Callable
from datetime import date, timedelta

from shared.pathway import decide
from shared.pathway.anatomy import Side
from shared.pathway.choices import ClosingReason, Status, Urgency
from shared.pathway.civil_time import civil
from shared.pathway.classification import recommendations
from shared.pathway.consent import LineStatus
from shared.pathway.consent_rules import standing
from shared.pathway.duties import Outside
from shared.pathway.governance import NoticeAcknowledged, NoticeBounced, NoticeDelivered, NoticeSent, NoticeUnsendable
from shared.pathway.governance_notice import current, informed, notices
from shared.pathway.mdt_review import MdtReview, Outcome
from shared.pathway.people import Role, Signature
from shared.pathway.record import Record
from shared.pathway.referral import imaging_of
from shared.pathway.registry_by_hand import RegistryManualConfirmation, RegistryManualEntry, RegistryManualWithdrawal
from shared.pathway.registry_entry import RegistryAccepted, RegistryCorrection, RegistryRejected, dataset_version
from tests.forms.before_mdt import (
    bleeding_risk,
    capacity_changed,
    critical_result,
    new_bleed,
    new_pe,
    urgency_changed,
)
from tests.forms.consent import confirmation, consent, leaflet, lines, withdrawal
from tests.forms.filled import LEFT, RIGHT
from tests.forms.follow_up import accepted_handover, clinic_review, closure, discharge, hand_over
from tests.forms.mdt_review import attendees, decided, looked_at, mdt_review, sign_off
from tests.forms.procedure import RECALLED, device, end, sign_in, start
from tests.forms.referral import FEMOROPOPLITEAL, ILIOFEMORAL, agreement, classification, imaging, new_imaging
from tests.forms.the_day import bloods
from tests.patients import CLERK, MAIL, SECOND_CLERK, SPECIALISTS, Case
from tests.unit.pathway.moves import Move, Mover, always, usual
from tests.unit.pathway.turns import BROKEN, FILTERS, HARM, LIFE


def go_on(case: Case) -> Move | None:
    """What is asked for next, done as it should be."""
    return NEXT.get(decide.status(case.moment), _nothing)(case)


def _nothing(case: Case) -> Move | None:
    del case
    return None


def classify(case: Case) -> Move:
    found = recommendations(case.moment)
    return usual(classification(*(agreement(each.side, recommended=each.cls) for each in found)))


def fresh_imaging(case: Case) -> Move:
    study = imaging(LEFT, accession=f"ACC-{case.pathway.version}", performed_at=case.now)
    return usual(new_imaging(imaging=study))


def _meet_and_sign(case: Case) -> Move:
    review = case.pathway.latest(MdtReview)
    if review is not None:
        for signature in SPECIALISTS:
            if not case.refusals(sign_off(review.seq), signature):
                return Move(sign_off(review.seq), signature)
    meeting = usual(_review(case))
    return meeting if not case.refusals(meeting.record, meeting.by) else fresh_imaging(case)


def _review(case: Case, people: tuple[str, ...] = ("vs-1", "ir-1", "hae-1")) -> MdtReview:
    study = imaging_of(case.pathway, LEFT)
    seen = looked_at(LEFT, study[1].accession if study else "NONE")
    return mdt_review(met_at=case.now, imaging_reviewed=(seen,), attendees=attendees(*people))


def _prepare(case: Case) -> Move | None:
    notice = current(case.moment)
    if notice is not None and not informed(case.moment):
        return Move(NoticeDelivered(dispatch=notice.dispatches[-1].key), MAIL)
    return _consent(case) if standing(case.moment) is None else None


def _consent(case: Case, side: Side = LEFT) -> Move:
    written = leaflet(given_at=case.now - timedelta(minutes=1))
    return usual(consent(sides=frozenset({side}), signed_at=case.now, written_information=written))


def _start(case: Case) -> Move:
    """Blood first where it is older than two days, then the patient asked again, then the start."""
    refused = {each.rule for each in case.refusals(start())}
    if "G12" in refused:
        return usual(bloods(collected_at=case.now))
    return usual(confirmation(confirmed_at=case.now) if "G7" in refused else start())


def _end(case: Case) -> Move:
    return usual(end(ended_at=case.now))


def registry(case: Case) -> Move | None:
    owed = [each for each in decide.owed(case.moment) if each.kind == Outside.REGISTRY_ENTRY]
    if not owed:
        return None
    procedure, version = owed[0].key.rsplit(".v", 1)
    return usual(RegistryAccepted(procedure_id=procedure, dataset_version=int(version), receipt="R-1"))


def _go_home(case: Case) -> Move:
    return registry(case) or usual(discharge(discharged_at=case.now))


def _follow_up(case: Case) -> Move:
    today = civil(case.now)
    seen = clinic_review(attended_on=today, next_review_due=today + timedelta(days=300))
    return registry(case) or usual(seen)


NEXT: dict[Status, Mover] = {
    Status.REFERRED: classify,
    Status.CLASSIFIED: fresh_imaging,
    Status.MDT_PENDING: _meet_and_sign,
    Status.PREPARING: _prepare,
    Status.READY: _start,
    Status.IN_PROCEDURE: _end,
    Status.POST_PROCEDURE: _go_home,
    Status.DISCHARGED: _follow_up,
    Status.ANTICOAG_FOLLOWUP: _follow_up,
    Status.LONG_TERM_FOLLOWUP: registry,
}


def _signs(by: Signature, *, agrees: bool = True) -> Mover:
    def sign(case: Case) -> Move | None:
        review = case.pathway.latest(MdtReview)
        reason = None if agrees else "Too frail"
        return Move(sign_off(review.seq, agrees=agrees, objection=reason), by) if review else None

    return sign


def _dispatched(report: Callable[[str], Record], place: int) -> Mover:
    def move(case: Case) -> Move | None:
        keys = [each.key for notice in notices(case.moment) for each in notice.dispatches]
        return usual(report(keys[place % len(keys)])) if keys else None

    return move


def _rejected(case: Case) -> Move:
    version = dataset_version(case.moment, "p-1.1") if decide.settled(case.moment) & {"procedure"} else 1
    return usual(RegistryRejected(procedure_id="p-1.1", dataset_version=version, code="missing"))


TYPED = RegistryManualEntry(procedure_id="p-1.1", external_reference="V-1", entered_at=end().ended_at)
TAKEN_BACK = RegistryManualWithdrawal(procedure_id="p-1.1", reason="Sent by itself after all", not_in_registry=True)
SEEN = RegistryManualConfirmation(procedure_id="p-1.1", seen_in_registry=True)
WRONG_ROOM: tuple[Mover, ...] = (
    always(start(RIGHT)),
    always(start(sign_in=sign_in(side_marked=RIGHT))),
    always(start(devices=(device(RECALLED),))),
    always(start(operators=("nobody-1",))),
)
MEETINGS: tuple[Mover, ...] = (
    lambda case: usual(_review(case)),
    lambda case: usual(_review(case, ("vs-ir-1", "hae-1"))),
    lambda case: usual(_review(case, ("vs-1", "ir-1"))),
    always(mdt_review(decided(Outcome.DECLINE))),
    _signs(Signature("vs-ir-1", Role.VASCULAR_SURGEON)),
    _signs(Signature("vs-ir-1", Role.INTERVENTIONAL_RADIOLOGIST)),
    _signs(Signature("coord-1", Role.MDT_COORDINATOR)),
    _signs(SPECIALISTS[2]),
    _signs(SPECIALISTS[0], agrees=False),
)
PATIENT_SAYS: tuple[Mover, ...] = (
    always(withdrawal()),
    _consent,
    lambda case: _consent(case, RIGHT),
    always(consent(lines=lines(LineStatus.REFUSED))),
)
PICTURES: tuple[Mover, ...] = (
    fresh_imaging,
    classify,
    always(new_imaging(segments=FEMOROPOPLITEAL)),
    always(new_imaging(segments=ILIOFEMORAL, imaging=imaging(accession="OLD"))),
    always(classification(agreement(agrees=False, reason="I see it otherwise"))),
)
REPORTS: tuple[Callable[[str], Record], ...] = (
    lambda key: NoticeSent(dispatch=key, to=Role.GOVERNANCE_LEAD, recipients=1),
    lambda key: NoticeBounced(dispatch=key, cause="mailbox_full"),
    lambda key: NoticeUnsendable(dispatch=key, cause="no_recipient"),
    lambda key: NoticeDelivered(dispatch=key),
)
NEWS: tuple[Mover, ...] = (
    always(new_bleed()),
    always(new_pe()),
    always(critical_result()),
    always(capacity_changed()),
    always(urgency_changed(Urgency.ROUTINE_URGENT)),
    lambda case: usual(bleeding_risk(assessed_at=case.now)),
)
MAILS: tuple[Mover, ...] = (
    *(_dispatched(report, place) for report in REPORTS for place in (0, -1)),
    always(NoticeAcknowledged(notice=1)),
)
REGISTRY: tuple[Mover, ...] = (
    registry,
    _rejected,
    always(RegistryCorrection(procedure_id="p-1.1", what_was_wrong="Lot")),
    always(TYPED, CLERK),
    always(SEEN, CLERK),
    always(SEEN, SECOND_CLERK),
    always(TAKEN_BACK, CLERK),
)
ENDINGS: tuple[Mover, ...] = (
    _end,
    _go_home,
    always(clinic_review(decision="stop", next_review_due=None, attended_on=date(2026, 6, 9))),
    *(always(hand_over(reason)) for reason in (ClosingReason.MDT_DECLINED, ClosingReason.CONSENT_WITHDRAWN)),
    always(accepted_handover()),
    *(always(closure(reason)) for reason in ClosingReason),
)
MOVES: tuple[Mover, ...] = (
    *(go_on,) * 80,
    *WRONG_ROOM,
    *MEETINGS,
    *PATIENT_SAYS,
    *PICTURES,
    *NEWS,
    *MAILS,
    *REGISTRY,
    *HARM,
    *FILTERS,
    *BROKEN,
    *LIFE,
    *ENDINGS,
)
"""More than half of the time what is asked for next; else anything."""

JUMPS = (1, 1, 5, 60, 60, 240, 1_440, 4_320, 11_520, 43_200)
"""Minutes that pass before the next move."""
