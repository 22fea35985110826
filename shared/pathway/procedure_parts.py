"""What the forms of a procedure consist of (clinical.md 2.6; IPG651 2.4-2.7, 3.3, 3.6)."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime

from shared.pathway.anatomy import Segment, Side
from shared.pathway.choices import Answer, LysisMode, Mechanism
from shared.pathway.quantity import Dose, Length, Volume
from shared.pathway.record import Part, asked
from shared.pathway.text import AnyStaffId, Code, Line, Words


class Identifier(StrEnum):
    NAME = "name"
    DATE_OF_BIRTH = "date_of_birth"
    NHS_NUMBER = "nhs_number"
    ADDRESS = "address"
    WRISTBAND = "wristband"


class SignIn(Part):
    """The checklist before the needle (clinical.md 2.6). `unknown` is an answer, and satisfies nothing."""

    identifiers_checked: frozenset[Identifier] = asked("Which identifiers did you check with the patient?")
    side_marked: Side = asked("Which leg is marked on the skin?")
    consent_seen: Answer = asked("Have you seen the signed consent?")
    allergies_checked: Answer = asked("Allergies checked?")
    renal_function_checked: Answer = asked("Renal function checked?")
    bleeding_risk_checked: Answer = asked("Bleeding risk checked?")
    anticoagulation_checked: Answer = asked("Anticoagulation checked?")
    pregnancy_checked: Answer = asked("Pregnancy status checked?")


class ScannedDevice(Part):
    """A device scanned before it is opened: its model (UDI-DI), and which one of them it is (UDI-PI)."""

    udi_di: Code = asked("UDI device identifier")
    lot: Code = asked("Lot")
    serial: Code | None = asked("Serial number", default=None)
    expires_on: date = asked("Expires on")
    role: Literal["thrombectomy", "catheter", "balloon", "stent", "filter", "closure"] = asked("What is it for?")


class ClotRemoval(StrEnum):
    """Share of clot removed by segment (IPG651 3.2); grade I under 50 %, II 50 to 99 %, III all."""

    GRADE_I = "grade_I"
    GRADE_II = "grade_II"
    GRADE_III = "grade_III"
    NOT_ASSESSED = "not_assessed"


class Event(StrEnum):
    """What can go wrong, in the room and after it (clinical.md 2.8; the first five are IPG651 3.3)."""

    BLEEDING = "bleeding"
    HAEMOLYSIS_OR_AKI = "haemolysis_or_aki"
    VESSEL_DAMAGE = "vessel_damage"
    EMBOLISATION = "embolisation"
    RE_THROMBOSIS = "re_thrombosis"
    STROKE_OR_ICH = "stroke_or_ich"
    ACCESS_SITE = "access_site"
    CONTRAST_REACTION = "contrast_reaction"
    BRADYARRHYTHMIA = "bradyarrhythmia"
    STENT_OR_FILTER_PROBLEM = "stent_or_filter_problem"
    DEVICE_MALFUNCTION = "device_malfunction"
    WRONG_SIDE_OR_PATIENT = "wrong_side_or_patient"
    MEDICATION_ERROR = "medication_error"
    DEATH = "death"
    OTHER = "other"


class UsedDevice(Part):
    """What became of a device. A rheolytic one that was used says how long it ran, and with how much saline."""

    udi_di: Code = asked("UDI device identifier")
    lot: Code = asked("Lot")
    outcome: Literal["used", "opened_unused", "failed"] = asked("What became of it?")
    mechanism: Mechanism | None = asked("Mechanism", default=None)
    run_time_s: float | None = asked("Run time (seconds)", ge=0, le=7200, default=None)
    saline: Volume | None = asked("Saline of the run", default=None)


class Lysis(Part):
    drug: Line = asked("Thrombolytic drug")
    dose: Dose = asked("Dose")
    mode: LysisMode = asked("When?")
    route: Literal["catheter", "pulse_spray", "systemic", "other"] | None = asked("How was it given?", default=None)
    started_at: AwareDatetime | None = asked("Started at", default=None)
    stopped_at: AwareDatetime | None = asked("Stopped at", default=None)


class Heparin(Part):
    units: int = asked("Heparin (units)", ge=1, le=100_000)
    act_s: int | None = asked("Activated clotting time (seconds)", ge=30, le=2000, default=None)


class Angioplasty(Part):
    vein: Segment = asked("Which vein?")
    reason: Words = asked("Which lesion was treated?")


class Stent(Part):
    vein: Segment = asked("Which vein?")
    reason: Words = asked("Which lesion was treated?")
    diameter: Length | None = asked("Diameter", default=None)
    length: Length | None = asked("Length", default=None)


class StopAndCall(Part):
    """The pre-run picture changed the class of the leg: who was called, and what was decided (R-PRO-2)."""

    called_at: AwareDatetime = asked("When did you call?")
    spoke_to: AnyStaffId = asked("With whom did you speak?", hint="Somebody of the MDT")
    decision: Literal["stopped", "went_on_in_research", "went_on_limb_or_life", "went_on_otherwise"] = asked(
        "What was decided?"
    )
    reason: Words = asked("Why?")


class SignOut(Part):
    devices_accounted_for: Answer = asked("All devices accounted for?")
    filter_present: Answer = asked("Is a filter left inside? Say it aloud")
    anticoagulation_ordered: Answer = asked("Anticoagulation ordered?")
    observations_planned: Answer = asked("Observations planned?")
    specimen: Literal["none_taken", "labelled_and_sent", "not_labelled"] = asked("Specimen?", default="none_taken")
