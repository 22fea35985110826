"""The consent desk's forms: everything discussed, every adjunct agreed to, 6 March 2026."""

from typing import Any

from shared.pathway.capacity import BestInterests, CapacityAssessment
from shared.pathway.choices import Answer, Mechanism
from shared.pathway.consent import (
    Consent,
    ConsentConfirmed,
    ConsentLine,
    ConsentWithdrawn,
    InformationItem,
    Interpreter,
    LineStatus,
    NiceInformation,
    ResearchEnrolment,
    WrittenInformation,
)
from tests.forms.filled import LEFT, filled, london

STUDY, ETHICS = "study-1", "26/XX/0001"
LEAFLET = "leaflet-pmt"


ADJUNCTS = {
    ConsentLine.THROMBOLYSIS: LineStatus.GIVEN,
    ConsentLine.IVC_FILTER: LineStatus.GIVEN,
    ConsentLine.ANGIOPLASTY_STENT: LineStatus.GIVEN,
    ConsentLine.REGISTRY_IDENTIFIABLE_DATA: LineStatus.GIVEN,
}


def lines(procedure: LineStatus = LineStatus.GIVEN, **changes: LineStatus) -> dict[ConsentLine, LineStatus]:
    named = {ConsentLine(name): status for name, status in changes.items()}
    return {ConsentLine.PMT_PROCEDURE: procedure} | ADJUNCTS | named


def leaflet(**changes: Any) -> WrittenInformation:
    given = {"document_id": LEAFLET, "version": "3", "given_at": london("2026-03-05T16:00")}
    return filled(WrittenInformation, given, changes)


def consent(**changes: Any) -> Consent:
    given = {
        "sides": frozenset({LEFT}),
        "device_class": Mechanism.RHEOLYTIC,
        "lines": lines(),
        "discussed": frozenset(InformationItem),
        "written_information": leaflet(),
        "nice_information": NiceInformation(given=True, version="2019", language="English"),
        "what_matters": "Walking the dog again",
        "interpreter": Interpreter(needed=False),
        "capacity_doubted": Answer.NO,
        "signed_at": london("2026-03-06T10:00"),
    }
    return filled(Consent, given, changes)


def withdrawal(**changes: Any) -> ConsentWithdrawn:
    return filled(ConsentWithdrawn, {"told_at": london("2026-03-09T08:20")}, changes)


def enrolment(**changes: Any) -> ResearchEnrolment:
    given = {
        "study_id": STUDY,
        "ethics_reference": ETHICS,
        "screened_eligible": Answer.YES,
        "enrolment_number": "E-17",
    }
    return filled(ResearchEnrolment, given, changes)


def confirmation(**changes: Any) -> ConsentConfirmed:
    """Asked again on the morning of 9 March."""
    given = {"side": LEFT, "confirmed_at": london("2026-03-09T09:00"), "still_agrees": Answer.YES}
    return filled(ConsentConfirmed, given, changes)


def assessed(**changes: Any) -> CapacityAssessment:
    """Somebody who cannot weigh this decision today."""
    given = {
        "impairment": "Acute confusion",
        "understands": Answer.YES,
        "retains": Answer.YES,
        "weighs": Answer.NO,
        "communicates": Answer.YES,
        "assessor": "vs-1",
        "assessed_at": london("2026-03-06T09:00"),
    }
    return filled(CapacityAssessment, given, changes)


def best_interests(**changes: Any) -> BestInterests:
    given = {
        "consulted": "Partner, who thinks the patient would want it",
        "attorney_or_deputy": "none",
        "advance_decision": "none_found",
        "unbefriended": False,
        "imca_instructed": Answer.NO,
        "decision_maker": "vs-1",
        "less_restrictive_options": "Waiting for the confusion to clear",
        "review_if_regains": "The patient is asked at once",
        "decided_at": london("2026-03-06T09:30"),
    }
    return filled(BestInterests, given, changes)
