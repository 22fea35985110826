"""The referral desk's forms: a left iliofemoral DVT of 3 March 2026 (story A1), unless told otherwise."""

from datetime import date
from typing import Any

from shared.pathway.anatomy import CALF, ILIAC, Finding, Segment, Side
from shared.pathway.choices import Answer, Embolism, Pregnancy, Urgency
from shared.pathway.classification import Classification, LimbAgreement
from shared.pathway.communication import Communication
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.referral import (
    ImagingStudy,
    LimbRecord,
    Modality,
    NewImaging,
    OnsetCertainty,
    PhlegmasiaSigns,
    PulmonaryEmbolism,
    Referral,
    Symptoms,
)
from tests.forms.filled import LEFT, filled, london


def veins(*clots: Segment, **found: Finding) -> dict[Segment, Finding]:
    """A leg with every vein looked at and clear, but for `clots` and what is named by keyword."""
    seen = dict.fromkeys(Segment, Finding.CLEAR) | dict.fromkeys(clots, Finding.THROMBOSED)
    return seen | {Segment(name): finding for name, finding in found.items()}


ILIOFEMORAL = veins(Segment.COMMON_FEMORAL, Segment.EXTERNAL_ILIAC, Segment.COMMON_ILIAC, Segment.FEMORAL)
FEMOROPOPLITEAL = veins(Segment.POPLITEAL, Segment.FEMORAL)
CALF_ONLY = veins(*CALF)
UNSEEN_ABOVE = FEMOROPOPLITEAL | dict.fromkeys((Segment.COMMON_FEMORAL, *ILIAC), Finding.NOT_SEEN)


def imaging(side: Side = LEFT, **changes: Any) -> ImagingStudy:
    given = {
        "modality": Modality.DUPLEX,
        "performed_at": london("2026-03-03T08:30"),
        "accession": f"ACC-{side}-1",
        "reporter": "sonographer-1",
        "side_in_report": side,
    }
    return filled(ImagingStudy, given, changes)


def signs(**changes: Any) -> PhlegmasiaSigns:
    return filled(PhlegmasiaSigns, dict.fromkeys(PhlegmasiaSigns.model_fields, Answer.NO), changes)


def limb(side: Side = LEFT, segments: dict[Segment, Finding] = ILIOFEMORAL, **changes: Any) -> LimbRecord:
    given = {
        "side": side,
        "segments": segments,
        "imaging": imaging(side),
        "acute_on_chronic": Answer.NO,
        "symptoms": Symptoms(pain=7, swelling_difference_cm=4.5, tenderness=Answer.YES, redness=Answer.NO),
        "phlegmasia_signs": signs(),
    }
    return filled(LimbRecord, given, changes)


def referral(*limbs: LimbRecord, **changes: Any) -> Referral:
    given = {
        "presentation_at": london("2026-03-02T10:15"),
        "symptom_onset_date": date(2026, 2, 27),
        "onset_certainty": OnsetCertainty.EXACT,
        "diagnosis_confirmed_at": london("2026-03-03T08:45"),
        "limbs": limbs or (limb(),),
        "pregnancy_status": Pregnancy.NOT_APPLICABLE,
        "pulmonary_embolism": PulmonaryEmbolism(state=Embolism.NONE, haemodynamic_instability=Answer.NO),
        "risk_factors": frozenset(),
        "urgency": Urgency.ROUTINE_URGENT,
        "communication_needs": Communication(language="English", interpreter_needed=False),
    }
    return filled(Referral, given, changes)


def new_imaging(side: Side = LEFT, segments: dict[Segment, Finding] = ILIOFEMORAL, **changes: Any) -> NewImaging:
    study = imaging(side, accession=f"ACC-{side}-2", performed_at=london("2026-03-05T08:30"))
    return filled(NewImaging, {"side": side, "segments": segments, "imaging": study}, changes)


def agreement(side: Side = LEFT, **changes: Any) -> LimbAgreement:
    given = {"side": side, "recommended": ArrangementClass.SPECIAL_ARRANGEMENTS, "agrees": True}
    return filled(LimbAgreement, given, changes)


def classification(*limbs: LimbAgreement) -> Classification:
    return Classification(limbs=limbs or (agreement(),))
