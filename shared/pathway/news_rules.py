"""News that changes a decision (clinical.md 4, 5.3): hardly anything refuses it, for news must not wait."""

from collections.abc import Iterator
from datetime import datetime

from shared.pathway.anticoagulation import AnticoagulationChanged
from shared.pathway.choices import Urgency
from shared.pathway.news import CapacityChanged, NewBleed, NewPe, UrgencyChanged
from shared.pathway.question import Question
from shared.pathway.referral import urgency
from shared.pathway.refusal import Refusal
from shared.pathway.roles import DOCTORS


def urgency_refusals(question: Question[UrgencyChanged]) -> Iterator[Refusal]:
    """Why the urgency cannot be changed so.

    Refuses: an emergency lowered by somebody who is no clinician who judges findings. Guidance: 2.2, 3.5.
    """
    lowers = urgency(question.pathway) == Urgency.EMERGENCY and question.record.urgency != Urgency.EMERGENCY
    if lowers and question.by.role not in DOCTORS:
        words = "An emergency is ended by a doctor who has seen the findings, never by anybody else"
        yield Refusal("R-REF-2", "urgency", words, "3.5")


def embolism_refusals(question: Question[NewPe]) -> Iterator[Refusal]:
    """Why this news cannot stand. Refuses: a finding of the future. Guidance: 2.2, 3.2."""
    yield from _not_yet(question.record.found_at, question.now, "R-REF-2", "found_at")


def bleed_refusals(question: Question[NewBleed]) -> Iterator[Refusal]:
    """Why this news cannot stand. Refuses: a finding of the future. Guidance: 2.3, 3.3."""
    yield from _not_yet(question.record.found_at, question.now, "R-MDT-5", "found_at")


def capacity_refusals(question: Question[CapacityChanged]) -> Iterator[Refusal]:
    """Why this news cannot stand. Refuses: something noticed in the future. Guidance: 1.2."""
    yield from _not_yet(question.record.noticed_at, question.now, "R-CON-1", "noticed_at")


def anticoagulation_refusals(question: Question[AnticoagulationChanged]) -> Iterator[Refusal]:
    """Why this cannot stand.

    Refuses: neither a drug nor a reason for none, or both; a first dose to come. Guidance: 2.3, 2.6.
    """
    record, now = question.record, question.now
    yield from _not_yet(record.changed_at, now, "R-REF-3", "changed_at")
    drug = record.current_anticoagulant
    if (drug is None) == (record.anticoagulant_contraindication is None):
        words = "Name the anticoagulant, or say why there is none: one of the two"
        yield Refusal("R-REF-3", "current_anticoagulant", words, "2.3")
    if drug is not None:
        yield from _not_yet(drug.started_at, now, "R-REF-3", "current_anticoagulant.started_at")


def _not_yet(at: datetime, now: datetime, rule: str, field: str) -> Iterator[Refusal]:
    if at > now:
        yield Refusal(rule, field, "This lies in the future", "D")
