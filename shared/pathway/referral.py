"""Referral of a patient who may need thrombectomy (IPG651 2.1, 2.2, 1.4). Written down at the referral desk."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import AwareDatetime

from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import Answer, Pregnancy, Urgency
from shared.pathway.civil_time import civil
from shared.pathway.pathway import Pathway
from shared.pathway.quantity import Dose
from shared.pathway.question import Question
from shared.pathway.record import Entry, Part, Record, asked
from shared.pathway.refusal import Refusal
from shared.pathway.text import Code, Line, Words


class Modality(StrEnum):
    DUPLEX = "duplex"
    CTV = "ctv"
    MRV = "mrv"
    VENOGRAPHY = "venography"
    IVUS = "ivus"


class ImagingStudy(Part):
    modality: Modality = asked("How was the leg imaged?")
    performed_at: AwareDatetime = asked("When was it done?")
    accession: Code = asked("Accession number")
    reporter: Code = asked("Who reported it?", hint="Staff directory id")
    side_in_report: Side = asked("Which side does the report name?")


class Symptoms(Part):
    pain: int = asked("Pain (0 to 10)", ge=0, le=10)
    swelling_difference_cm: float = asked("Difference in calf circumference (cm)", ge=0, le=40)
    tenderness: Answer = asked("Tender along the deep veins?")
    redness: Answer = asked("Red skin?")


class PhlegmasiaSigns(Part):
    """Signs of a limb under threat (IPG651 2.2)."""

    oedema: Answer = asked("Oedema?")
    cyanosis: Answer = asked("Cyanosis?")
    blistering: Answer = asked("Blistering?")
    ischaemia: Answer = asked("Ischaemia?")
    motor_or_sensory_loss: Answer = asked("Loss of movement or sensation?")
    pulses_absent: Answer = asked("Foot pulses absent?")


class Rutherford(StrEnum):
    I = "I"  # noqa: E741 -- the class's own numeral
    IIA = "IIa"
    IIB = "IIb"
    III = "III"
    NOT_ASSESSED = "not_assessed"


class LimbRecord(Part):
    """One leg. There is no 'bilateral': two legs are two of these (hazard H-01, H-14)."""

    side: Side = asked("Which leg?")
    segments: dict[Segment, Finding] = asked("What was seen in each vein?", hint="A vein left out counts as not seen")
    imaging: ImagingStudy = asked("The study these findings come from")
    inferred_from: Line | None = asked(
        "What are inferred findings based on?",
        hint="For example: phasic flow in the common femoral vein",
        default=None,
    )
    acute_on_chronic: Answer = asked("Acute on chronic clot?")
    symptoms: Symptoms = asked("Symptoms of this leg")
    phlegmasia_signs: PhlegmasiaSigns = asked("Signs of a limb under threat")
    rutherford_limb_status: Rutherford = asked("Rutherford limb status", default=Rutherford.NOT_ASSESSED)


class OnsetCertainty(StrEnum):
    EXACT = "exact"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


class Embolism(StrEnum):
    NONE = "none"
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"


class PulmonaryEmbolism(Part):
    state: Embolism = asked("Pulmonary embolism?")
    haemodynamic_instability: Answer = asked("Haemodynamically unstable?")


class RiskFactor(StrEnum):
    SURGERY_WITHIN_3_MONTHS = "surgery_within_3_months"
    TRAUMA = "trauma"
    IMMOBILITY = "immobility"
    ACTIVE_CANCER = "active_cancer"
    THROMBOPHILIA = "thrombophilia"
    PREGNANCY_OR_PUERPERIUM = "pregnancy_or_puerperium"
    HORMONAL_THERAPY = "hormonal_therapy"
    DEHYDRATION = "dehydration"
    CENTRAL_LINE = "central_line"
    MAY_THURNER = "may_thurner"
    PREVIOUS_VTE = "previous_vte"
    UNKNOWN = "unknown"


class Anticoagulation(Part):
    drug: Line = asked("Anticoagulant")
    dose: Dose | None = asked("Dose", default=None)
    started_at: AwareDatetime = asked("Started at")
    last_dose_at: AwareDatetime | None = asked("Last dose at", default=None)


class Communication(Part):
    language: Line = asked("Language the patient is treated in")
    interpreter_needed: bool = asked("Is an interpreter needed?")
    format: Line | None = asked("Format the patient needs", default=None)


class Referral(Record):
    """The referral. Who the patient is stands apart, in the patient table; age and sex reach rules as facts."""

    kind: ClassVar[str] = "referral"

    presentation_at: AwareDatetime = asked(
        "When did the patient present with this DVT?", hint="The 14 days of IPG651 3.9 are counted from here"
    )
    symptom_onset_date: date | None = asked("When did symptoms start?", default=None)
    onset_certainty: OnsetCertainty = asked("How certain is that date?", default=OnsetCertainty.UNKNOWN)
    diagnosis_confirmed_at: AwareDatetime = asked("When was the DVT confirmed?")
    limbs: tuple[LimbRecord, ...] = asked(
        "The affected leg, or both legs one after the other", min_length=1, max_length=2
    )
    pregnancy_status: Pregnancy = asked("Pregnant?")
    pulmonary_embolism: PulmonaryEmbolism = asked("Pulmonary embolism")
    risk_factors: frozenset[RiskFactor] = asked("Risk factors", hint="Leave empty only when none is known")
    current_anticoagulant: Anticoagulation | None = asked("Current anticoagulant", default=None)
    anticoagulant_contraindication: Words | None = asked("Why is the patient not anticoagulated?", default=None)
    urgency: Urgency = asked("How urgent is this referral?")
    communication_needs: Communication = asked("How does the patient communicate?")


class NewImaging(Record):
    """A later study of one leg. It runs the classification again and voids an earlier MDT offer (R-ELI-3)."""

    kind: ClassVar[str] = "new_imaging"

    side: Side = asked("Which leg?")
    segments: dict[Segment, Finding] = asked("What was seen in each vein?")
    imaging: ImagingStudy = asked("The study these findings come from")


def imaging_of(pathway: Pathway, side: Side) -> tuple[Entry, ImagingStudy, dict[Segment, Finding]] | None:
    """The most recently performed study of one leg, with the entry that brought it; None for a leg not referred."""
    found: list[tuple[Entry, ImagingStudy, dict[Segment, Finding]]] = []
    for entry in (*pathway.every(Referral), *pathway.every(NewImaging)):
        record = entry.record
        if isinstance(record, Referral):
            found += [(entry, limb.imaging, limb.segments) for limb in record.limbs if limb.side == side]
        elif isinstance(record, NewImaging) and record.side == side:
            found.append((entry, record.imaging, record.segments))
    return max(found, key=lambda each: (each[1].performed_at, each[0].seq), default=None)


def sides(pathway: Pathway) -> tuple[Side, ...]:
    referral = pathway.record(Referral)
    return tuple(limb.side for limb in referral.limbs) if referral else ()


def urgency(pathway: Pathway) -> Urgency:
    """As referred, raised to emergency where R-REF-2 says so; nothing here ever lowers it."""
    referral = pathway.record(Referral)
    if referral is None:
        return Urgency.ROUTINE_URGENT
    return Urgency.EMERGENCY if any(emergency_signs(referral)) else referral.urgency


def emergency_signs(referral: Referral) -> Iterator[str]:
    """The signs that make a referral an emergency (R-REF-2; IPG651 2.2, 3.5), in words."""
    embolism = referral.pulmonary_embolism
    if embolism.state in {Embolism.SUSPECTED, Embolism.CONFIRMED} and embolism.haemodynamic_instability == Answer.YES:
        yield "haemodynamically unstable pulmonary embolism"
    for limb in referral.limbs:
        yield from (f"{limb.side} leg: {words}" for words in _limb_signs(limb))


ILIOFEMORAL = (Segment.COMMON_FEMORAL, Segment.COMMON_ILIAC, Segment.EXTERNAL_ILIAC, Segment.INTERNAL_ILIAC)


def _limb_signs(limb: LimbRecord) -> Iterator[str]:
    signs = limb.phlegmasia_signs
    threatened = (signs.cyanosis, signs.ischaemia, signs.blistering)
    iliofemoral = any(limb.segments.get(vein) == Finding.THROMBOSED for vein in ILIOFEMORAL)
    if iliofemoral and Answer.YES in threatened:
        yield "cyanosis, ischaemia or blistering with iliofemoral thrombus"
    if signs.motor_or_sensory_loss == Answer.YES:
        yield "loss of movement or sensation"
    if signs.pulses_absent == Answer.YES:
        yield "absent pulses"
    if limb.rutherford_limb_status in {Rutherford.IIA, Rutherford.IIB, Rutherford.III}:
        yield "Rutherford IIa or worse"


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
    facts, policy = question.facts, question.policy
    age = facts.age_years
    must_be_asked = facts.sex != "male" and (age is None or policy.pregnancy_age_from <= age <= policy.pregnancy_age_to)
    if must_be_asked and question.record.pregnancy_status == Pregnancy.NOT_APPLICABLE:
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
