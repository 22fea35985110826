"""What may end a pathway: a death, a mistake, a transfer; and news of the trust's registers."""

from datetime import date
from typing import Any

from shared.pathway.endings import OpenedInError, PatientDied, TransferAccepted, TransferPart, TransferredOut
from shared.pathway.trust_news import (
    AuthorisationSuspended,
    DeviceRecall,
    GuidanceSuperseded,
    NewsAnswered,
    StaffLeft,
    StudyClosed,
)
from tests.forms.consent import STUDY
from tests.forms.filled import filled, london
from tests.forms.procedure import RHEOLYTIC

CARE = frozenset({TransferPart.PATHWAY_CARE, TransferPart.ANTICOAGULATION})


def death(**changes: Any) -> PatientDied:
    given = {"died_on": date(2026, 3, 6), "learned_at": london("2026-03-06T10:00"), "source": "seen_here"}
    return filled(PatientDied, given, changes)


def no_death(**changes: Any) -> PatientDied:
    """The news was about somebody else."""
    return death(what="recorded_in_error", died_on=None, **changes)


def mistake(**changes: Any) -> OpenedInError:
    return filled(OpenedInError, {"why": "Another patient was meant"}, changes)


def transfer(**changes: Any) -> TransferredOut:
    given = {"to_trust": "RYY", "contact": "Vascular team on call", "parts": CARE, "reason": "Nearer to the family"}
    return filled(TransferredOut, given, changes)


def answered(part: TransferPart = TransferPart.PATHWAY_CARE, **changes: Any) -> TransferAccepted:
    given = {
        "part": part,
        "answer": "accepted",
        "by_whom": "Registrar on call",
        "answered_at": london("2026-03-05T10:00"),
    }
    return filled(TransferAccepted, given, changes)


def recall(**changes: Any) -> DeviceRecall:
    return filled(DeviceRecall, {"udi_di": RHEOLYTIC, "reference": "FSN-7"}, changes)


def suspension(**changes: Any) -> AuthorisationSuspended:
    given = {"scope": "procedure", "reason": "Two events in a week", "reference": "SUS-1"}
    return filled(AuthorisationSuspended, given, changes)


def study_closure(**changes: Any) -> StudyClosed:
    return filled(StudyClosed, {"study_id": STUDY, "closed_on": date(2026, 3, 5)}, changes)


def departure(**changes: Any) -> StaffLeft:
    return filled(StaffLeft, {"person": "ir-1", "left_on": date(2026, 3, 5)}, changes)


def new_guidance(**changes: Any) -> GuidanceSuperseded:
    return filled(GuidanceSuperseded, {"identifier": "HTG700", "published_on": date(2026, 3, 5)}, changes)


def answer(news: int, **changes: Any) -> NewsAnswered:
    return filled(NewsAnswered, {"news": news, "done": "Looked at, patient told"}, changes)
