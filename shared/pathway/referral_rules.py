"""What may be written down as a referral or as newer imaging (IPG651 2.1, 2.5, 3.9)."""

from collections.abc import Iterator
from datetime import datetime

from shared.pathway import pregnancy
from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import Pregnancy, Urgency
from shared.pathway.civil_time import civil
from shared.pathway.question import Question
from shared.pathway.referral import (
    ImagingStudy,
    NewImaging,
    OnsetCertainty,
    Referral,
    emergency_signs,
    sides,
)
from shared.pathway.refusal import Refusal


def refusals(question: Question[Referral]) -> Iterator[Refusal]:
    """Why this referral cannot be opened.

    Refuses: a second open pathway for the same leg, dates that cannot be, a question about pregnancy left
    open where it must be asked. Guidance: 2.1, 3.9.
    """
    referral, now = question.record, question.now
    if question.pathway.version:
        yield Refusal("R-REF-1", "", "This pathway has its referral already", "2.1")
    if question.facts.open_pathway_same_side:
        yield Refusal("R-REF-1", "limbs", "An open pathway for this patient and this leg exists: add to it", "2.1")
    if len({limb.side for limb in referral.limbs}) != len(referral.limbs):
        yield Refusal("R-REF-1", "limbs", "Each leg is written down once", "1.1")
    if question.facts.identity == "absent" or (question.facts.identity == "temporary" and not _is_emergency(referral)):
        yield Refusal(
            "G1",
            "patient",
            "An NHS, CHI or H&C number is needed; a temporary identity only in an emergency",
            "D",
        )
    yield from _impossible_dates(referral, now)
    yield from _pregnancy(question)
    for place, limb in enumerate(referral.limbs):
        yield from _imaging(limb.side, limb.imaging, limb.segments, now, f"limbs.{place}.")


def _is_emergency(referral: Referral) -> bool:
    return referral.urgency == Urgency.EMERGENCY or any(emergency_signs(referral))


def _impossible_dates(referral: Referral, now: datetime) -> Iterator[Refusal]:
    for name in ("presentation_at", "diagnosis_confirmed_at"):
        if getattr(referral, name) > now:
            yield Refusal("R-REF-1", name, "This lies in the future", "3.9")
    onset = referral.symptom_onset_date
    if onset and onset > civil(referral.presentation_at):
        yield Refusal("R-REF-1", "symptom_onset_date", "Symptoms start on or before the day of presentation", "3.9")
    if onset is None and referral.onset_certainty != OnsetCertainty.UNKNOWN:
        yield Refusal("R-REF-1", "symptom_onset_date", "Give the date, or say that it is unknown", "3.9")


def _pregnancy(question: Question[Referral]) -> Iterator[Refusal]:
    if pregnancy.must_be_asked(question.moment) and question.record.pregnancy_status == Pregnancy.NOT_APPLICABLE:
        yield Refusal(
            "R-REF-4",
            "pregnancy_status",
            "Say whether this patient is pregnant, or that it is unknown",
            "2.1",
        )


def _imaging(
    side: Side, imaging: ImagingStudy, segments: dict[Segment, Finding], now: datetime, at: str
) -> Iterator[Refusal]:
    if imaging.side_in_report != side:
        yield Refusal("G10", f"{at}imaging.side_in_report", "The report names the other leg", "D")
    if imaging.performed_at > now:
        yield Refusal("R-MDT-2", f"{at}imaging.performed_at", "This study lies in the future", "2.5")
    if not segments:
        yield Refusal("R-ELI-4", f"{at}segments", "Say what was seen in at least one vein", "1.1")


def imaging_refusals(question: Question[NewImaging]) -> Iterator[Refusal]:
    """Why this study cannot be added.

    Refuses: a leg that was not referred, a report of the other side. Guidance: 2.5.
    """
    record = question.record
    if record.side not in sides(question.pathway):
        yield Refusal("G10", "side", "This leg was not referred", "1.1")
    yield from _imaging(record.side, record.imaging, record.segments, question.now, "")
