"""A retrievable filter of 9 March 2026, and what is written about it until it is out on 1 April."""

from datetime import date
from typing import Any

from shared.pathway.choices import Answer
from shared.pathway.filter_insertion import FilterInserted, RetrievalPlan
from shared.pathway.filter_records import (
    FilterMadePermanent,
    FilterPlan,
    FilterRemovedElsewhere,
    FilterRetrieval,
    FilterReview,
    Venogram,
)
from tests.forms.filled import filled, london

FILTER = "05012345678948"
FILTER_ID = f"{FILTER}/SN-1"
SECOND_ID = f"{FILTER}/SN-2"

PLANNED: dict[str, Any] = {
    "target_on": date(2026, 4, 6),
    "owner_person": "ir-1",
    "owner_team": "Interventional radiology",
    "backup_owner": "vs-1",
}


def plan(**changes: Any) -> RetrievalPlan:
    return filled(RetrievalPlan, PLANNED, changes)


def inserted(**changes: Any) -> FilterInserted:
    given = {
        "udi_di": FILTER,
        "lot": "F-1",
        "serial": "SN-1",
        "model": "Training Filter 1",
        "intended": "temporary",
        "indication": "Free-floating clot up to the iliac confluence",
        "contraindication_to_anticoag": Answer.NO,
        "inserted_at": london("2026-03-09T10:00"),
        "access": "jugular",
        "position": "infrarenal",
        "ifu_max_dwell_days": 120,
        "patient_told": Answer.YES,
        "letter": "letter-7",
        "plan": plan(),
    }
    return filled(FilterInserted, given, changes)


def replan(filter_id: str = FILTER_ID, **changes: Any) -> FilterPlan:
    return filled(FilterPlan, PLANNED | {"filter_id": filter_id}, changes)


def review(**changes: Any) -> FilterReview:
    given = {
        "filter_id": FILTER_ID,
        "reviewed_on": date(2026, 3, 20),
        "still_needed": Answer.NO,
        "anticoagulation_possible": Answer.YES,
        "reason": "Clot is gone",
    }
    return filled(FilterReview, given, changes)


def venogram(**changes: Any) -> Venogram:
    given: dict[str, Any] = dict.fromkeys(("thrombus", "tilt", "penetration"), Answer.NO)
    return filled(Venogram, given | {"performed_at": london("2026-04-01T09:30")}, changes)


def retrieval(**changes: Any) -> FilterRetrieval:
    given = {
        "filter_id": FILTER_ID,
        "attempted_at": london("2026-04-01T10:00"),
        "venogram": venogram(),
        "success": True,
        "technique": "standard_snare",
    }
    return filled(FilterRetrieval, given, changes)


def failed(**changes: Any) -> FilterRetrieval:
    return retrieval(**({"success": False, "failure_reason": "The hook lies in the wall"} | changes))


def made_permanent(**changes: Any) -> FilterMadePermanent:
    given = {
        "filter_id": FILTER_ID,
        "consultant": "ir-1",
        "mdt_met_on": date(2026, 4, 2),
        "mdt_note": "MDT-99",
        "patient_informed": True,
        "reason": "Two attempts failed; anticoagulation is not possible",
    }
    return filled(FilterMadePermanent, given, changes)


def removed_elsewhere(**changes: Any) -> FilterRemovedElsewhere:
    given = {
        "filter_id": FILTER_ID,
        "removed_on": date(2026, 4, 1),
        "hospital": "Northern General",
        "told_by": "Their discharge letter",
    }
    return filled(FilterRemovedElsewhere, given, changes)
