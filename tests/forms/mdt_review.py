"""The MDT's forms: an offer for the left leg on 5 March 2026, quorate."""

from typing import Any

from shared.pathway.anatomy import Side
from shared.pathway.choices import AccessVein, LysisMode, Mechanism
from shared.pathway.mdt_review import (
    Attendee,
    LimbDecision,
    MdtReview,
    MdtSignOff,
    MeetingType,
    Option,
    Outcome,
    Plan,
    ReviewedImaging,
    ThrombolysisStatus,
)
from tests.forms.filled import LEFT, filled, london


def attendees(*people: str) -> tuple[Attendee, ...]:
    return tuple(Attendee(person=person, presence="video") for person in people)


def plan(**changes: Any) -> Plan:
    given = {
        "access_vein": AccessVein.POPLITEAL,
        "device_class": Mechanism.RHEOLYTIC,
        "lysis_mode": LysisMode.NONE,
        "filter_planned": True,
        "filter_indication": "Free-floating clot",
        "stent_if_lesion": True,
    }
    return filled(Plan, given, changes)


def offer(side: Side = LEFT, **changes: Any) -> LimbDecision:
    given = {
        "side": side,
        "outcome": Outcome.OFFER_SPECIAL_ARRANGEMENTS,
        "plan": plan(),
        "selection_rationale": "Severe swelling, fit patient",
    }
    return filled(LimbDecision, given, changes)


def decided(outcome: Outcome, side: Side = LEFT) -> LimbDecision:
    return LimbDecision(side=side, outcome=outcome, selection_rationale="Better served otherwise")


def looked_at(side: Side = LEFT, accession: str | None = None) -> ReviewedImaging:
    return ReviewedImaging(
        side=side,
        accession=accession or f"ACC-{side}-1",
        performed_at=london("2026-03-03T08:30"),
        reviewed_live=True,
    )


def mdt_review(*decisions: LimbDecision, **changes: Any) -> MdtReview:
    decisions = decisions or (offer(),)
    given = {
        "meeting_type": MeetingType.SCHEDULED,
        "met_at": london("2026-03-05T14:00"),
        "attendees": attendees("vs-1", "ir-1", "hae-1"),
        "imaging_reviewed": tuple(looked_at(each.side) for each in decisions),
        "bleeding_risk_summary": "HAS-BLED 1",
        "thrombolysis_status": ThrombolysisStatus.NOT_CONTRAINDICATED,
        "options_considered": frozenset({Option.ANTICOAGULATION_ALONE, Option.PMT_ALONE}),
        "decided_without": "Bloods and work-up are taken before the day of the procedure",
        "decisions": decisions,
    }
    return filled(MdtReview, given, changes)


def sign_off(review: int, **changes: Any) -> MdtSignOff:
    return filled(MdtSignOff, {"review": review, "agrees": True}, changes)
