"""The ward's and the clinic's forms: home on 11 March, reviewed on 1 June 2026, and the ways to end a pathway."""

from datetime import date
from typing import Any

from shared.pathway.choices import Answer, ClosingReason
from shared.pathway.closure import Closure, HandoffAccepted, StandardCareHandoff
from shared.pathway.discharge import AnticoagulantPlan, Compression, Discharge
from shared.pathway.follow_up import AnticoagulationReview
from tests.forms.filled import filled, london


def treatment(**changes: Any) -> AnticoagulantPlan:
    given = {
        "drug": "apixaban",
        "started_on": date(2026, 3, 2),
        "supply_until": date(2026, 6, 30),
        "next_supply_by": "GP",
    }
    return filled(AnticoagulantPlan, given, changes)


def discharge(**changes: Any) -> Discharge:
    given = {
        "discharged_at": london("2026-03-11T10:00"),
        "destination": "home",
        "compression": Compression(advice="advised", purpose="comfort"),
        "anticoagulant": treatment(),
        "review_booked_on": date(2026, 6, 1),
        "no_adverse_event_so_far": True,
        "filter_in_situ": Answer.YES,
        "warnings_given": True,
        "contact_line": "ward 7",
        "gp_letter_sent_at": london("2026-03-11T09:00"),
        "patient_letter_document": "letter-1",
    }
    return filled(Discharge, given, changes)


def clinic_review(**changes: Any) -> AnticoagulationReview:
    given = {
        "attended_on": date(2026, 6, 1),
        "drug": "apixaban",
        "missed_doses": Answer.NO,
        "bleeding_since": "none",
        "provoked": "provoked_factor_gone",
        "stent_in_place": Answer.NO,
        "filter_in_situ": Answer.NO,
        "post_thrombotic_syndrome": Answer.NO,
        "recurrence": Answer.NO,
        "decision": "continue_same",
        "decision_maker": "hae-1",
        "rationale": "Well, no bleeding",
        "patient_discussed": True,
        "next_review_due": date(2027, 6, 1),
    }
    return filled(AnticoagulationReview, given, changes)


def hand_over(reason: ClosingReason = ClosingReason.MDT_DECLINED, **changes: Any) -> StandardCareHandoff:
    given = {"reason": reason, "to_person": "clinic-1", "to_team": "Anticoagulation clinic", "plan": "Apixaban, review"}
    return filled(StandardCareHandoff, given, changes)


def accepted_handover(**changes: Any) -> HandoffAccepted:
    return filled(HandoffAccepted, {"first_contact_at": london("2026-03-16T09:00")}, changes)


def closure(reason: ClosingReason = ClosingReason.COMPLETED) -> Closure:
    return Closure(reason=reason)
