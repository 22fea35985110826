"""Referral of a patient who may need thrombectomy (IPG651 2.1, 2.2, 1.4). Written down at the referral desk."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import AwareDatetime

from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.anticoagulation import Anticoagulation
from shared.pathway.choices import Answer, Embolism, Pregnancy, Urgency
from shared.pathway.communication import Communication
from shared.pathway.news import ContactPreferenceChanged, NewPe, UrgencyChanged
from shared.pathway.pathway import Pathway
from shared.pathway.record import Entry, Part, Record, asked
from shared.pathway.text import AnyStaffId, Code, Line, Words


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
    reporter: AnyStaffId = asked("Who reported it?")
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


def communication_needs(pathway: Pathway) -> Communication | None:
    """How the patient communicates, as last written down; None before the referral."""
    referral, changed = pathway.record(Referral), pathway.record(ContactPreferenceChanged)
    if changed is not None:
        return changed.communication_needs
    return referral.communication_needs if referral else None


def urgency(pathway: Pathway, *, until: datetime | None = None) -> Urgency:
    """How urgent it is now: as referred, raised where R-REF-2 says so, or as a clinician has since judged (YR1).

    `until`: how urgent it was then, by what had been written by that instant.
    """
    course = [found for entry, found in _course(pathway) if until is None or entry.at <= until]
    return course[-1] if course else Urgency.ROUTINE_URGENT


def emergency_since(pathway: Pathway) -> Entry | None:
    """The entry that made this the emergency it still is; None when it is none."""
    since = None
    for entry, found in _course(pathway):
        since = (since or entry) if found == Urgency.EMERGENCY else None
    return since


def _course(pathway: Pathway) -> list[tuple[Entry, Urgency]]:
    """Every entry that says how urgent it is, in order."""
    return pathway.once(("course",), None, lambda: _told_course(pathway))


def _told_course(pathway: Pathway) -> list[tuple[Entry, Urgency]]:
    told = (*pathway.every(Referral), *pathway.every(UrgencyChanged), *pathway.every(NewPe))
    found = ((entry, _urgency_in(entry)) for entry in sorted(told, key=lambda each: each.seq))
    return [(entry, how_urgent) for entry, how_urgent in found if how_urgent is not None]


def _urgency_in(entry: Entry) -> Urgency | None:
    match entry.record:
        case Referral() as referral:
            return Urgency.EMERGENCY if any(emergency_signs(referral)) else referral.urgency
        case UrgencyChanged() as changed:
            return changed.urgency
        case NewPe() as found if _unstable(found):
            return Urgency.EMERGENCY
    return None


def emergency_signs(referral: Referral) -> Iterator[str]:
    """The signs that make a referral an emergency (R-REF-2; IPG651 2.2, 3.5), in words."""
    if _unstable(referral.pulmonary_embolism):
        yield "haemodynamically unstable pulmonary embolism"
    for limb in referral.limbs:
        yield from (f"{limb.side.upper()} leg: {words}" for words in _limb_signs(limb))


def _unstable(embolism: PulmonaryEmbolism | NewPe) -> bool:
    present = embolism.state in {Embolism.SUSPECTED, Embolism.CONFIRMED}
    return present and embolism.haemodynamic_instability == Answer.YES


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
