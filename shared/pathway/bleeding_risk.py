"""Bleeding risk (IPG651 2.3, 2.4): the items of HAS-BLED and the thrombolysis checklist (clinical.md 10.7, 10.8)."""

from enum import StrEnum
from typing import ClassVar

from pydantic import AwareDatetime

from shared.pathway.choices import Answer
from shared.pathway.record import Record, asked
from shared.pathway.text import Words


class HasBledItem(StrEnum):
    """One point each. Display only: no threshold of it decides anything here (R-ACO-3)."""

    SYSTOLIC_OVER_160 = "systolic_over_160"
    RENAL = "renal"
    LIVER = "liver"
    STROKE = "stroke"
    BLEEDING_OR_PREDISPOSITION = "bleeding_or_predisposition"
    LABILE_INR = "labile_inr"
    AGE_OVER_65 = "age_over_65"
    ANTIPLATELET_OR_NSAID = "antiplatelet_or_nsaid"
    ALCOHOL_8_A_WEEK = "alcohol_8_a_week"


class AbsoluteContraindication(StrEnum):
    """Any `yes` forbids thrombolysis here, and so does any `unknown` (R-PRO-3, G8)."""

    ACTIVE_BLEEDING_OR_DIC = "active_bleeding_or_dic"
    STROKE_NEUROSURGERY_OR_HEAD_INJURY_WITHIN_3_MONTHS = "stroke_neurosurgery_or_head_injury_within_3_months"
    ANTICOAGULATION_CONTRAINDICATED = "anticoagulation_contraindicated"


class RelativeContraindication(StrEnum):
    """Any `yes` has to be acknowledged by the MDT."""

    RECENT_CPR_SURGERY_DELIVERY_BIOPSY_OR_TRAUMA = "recent_cpr_surgery_delivery_biopsy_or_trauma"
    INTRACRANIAL_LESION_OR_SEIZURES = "intracranial_lesion_or_seizures"
    BLOOD_PRESSURE_OVER_180_OR_110 = "blood_pressure_over_180_or_110"
    MAJOR_GI_BLEED_OR_EYE_SURGERY_WITHIN_3_MONTHS = "major_gi_bleed_or_eye_surgery_within_3_months"
    SEVERE_ALLERGY_TO_LYTIC_ANTICOAGULANT_OR_CONTRAST = "severe_allergy_to_lytic_anticoagulant_or_contrast"
    SEVERE_THROMBOCYTOPENIA = "severe_thrombocytopenia"
    RIGHT_TO_LEFT_SHUNT_OR_LEFT_HEART_CLOT = "right_to_left_shunt_or_left_heart_clot"
    SEVERE_ACUTE_ILLNESS = "severe_acute_illness"
    INFECTED_CLOT = "infected_clot"
    EGFR_UNDER_60 = "egfr_under_60"
    PREGNANCY_OR_LACTATION = "pregnancy_or_lactation"
    SEVERE_LIVER_DISEASE = "severe_liver_disease"
    ENDOCARDITIS = "endocarditis"
    HAEMORRHAGIC_RETINOPATHY = "haemorrhagic_retinopathy"


class BleedingRisk(Record):
    """Both checklists, item by item. An item left out counts as not assessed."""

    kind: ClassVar[str] = "bleeding_risk"

    assessed_at: AwareDatetime = asked("When was this assessed?")
    has_bled: dict[HasBledItem, Answer] = asked("HAS-BLED")
    absolute: dict[AbsoluteContraindication, Answer] = asked("Absolute contraindications to a thrombolytic drug")
    relative: dict[RelativeContraindication, Answer] = asked("Relative contraindications to a thrombolytic drug")
    note: Words | None = asked("Anything to add?", default=None)
